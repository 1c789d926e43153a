<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Adjusted</name>
    <message>
        <source>This server does not accept probabilities; the run goes on without them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This server does not report token counts while streaming; they are estimated.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This server sent the whole answer at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This server gives one candidate at a time; one request was sent for each, and each is charged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server sent fewer candidates than asked for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This server seems to wrap the prompt in a chat; it may answer instead of continuing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This run cannot be saved to disk right now; copy what you need.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server was busy; the request was sent again.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AnswerPane</name>
    <message>
        <source>Writing…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for the first word…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>first word after {seconds} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{speed} tokens/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {prompt} + {completion} tokens (estimated)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{prompt} + {completion} tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{seconds} s in all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer appears here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write the beginning of a text above and press Run: the model goes on where you stop. Or try one:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This answer belongs to another prompt.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bring that prompt back</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CandidateView</name>
    <message>
        <source>Candidate {number}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send the prompt and let the model write</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop writing; what has come stays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send prompt and answer, so that the model goes on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use as prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the answer up to the end of the prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set all parameters to neutral</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Normal text size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About Quillpane</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Connection</name>
    <message>
        <source>Built-in model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This does not look like a web address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not encrypted: others on the network could read your key and texts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A key is held for this run only: there is no key chain here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer has no key chain that Quillpane can use: the key stays for this run only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A key is kept in: {place}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key will be kept in: {place}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ConnectionDialog</name>
    <message>
        <source>Requests go to {url}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model files (*.gguf)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave empty to keep the key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sk-…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Built-in model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A service or a server of your own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A small model that runs on this computer: no key, no network. Good for trying things out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The one that ships with Quillpane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GeneratedText</name>
    <message>
        <source>everything else</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>About Quillpane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A native window for language models. MIT licence; uses Qt (LGPL), llama.cpp and SmolLM2 135M.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelBox</name>
    <message>
        <source>Asking the server…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type a model name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change the connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ParameterPanel</name>
    <message>
        <source>Longest answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At most this many tokens are written; a token is about ¾ of an English word.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Low is careful and repeatable, high is surprising; 1 is the model as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only the likeliest words that together make up this share are considered; 1 is all.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many answers are written side by side; each is charged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Presence penalty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Above 0 pushes the model towards new subjects, below 0 keeps it on the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frequency penalty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Above 0 avoids repeating the same words, below 0 invites it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changed from neutral; double-click the name or the slider to reset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Temperature and top-p both shape the same choice. It is usually better to change one, not both.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop sequences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing ends as soon as one of these (up to four) would appear. Type \n for a line break.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type and press Enter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Penalties, seed, probabilities</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fixed seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same seed asks for the same answer again, as far as the server can.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probabilities</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Alternatives per token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Underlines the words the model was unsure of; point at one to see what else it weighed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set all to neutral</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProblemCard</name>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask for half as much</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue from here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Problems</name>
    <message>
        <source>The server&apos;s name was not found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No computer on the network answers to that address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the address for a typing error, and that you are online.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing answers at that address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The computer is there, but no server is listening at that port.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start the server, or check the address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The secure connection failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server&apos;s certificate could not be checked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check this computer&apos;s date and the address. On a company network, ask for its certificate.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy did not let the request through</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy of this network refused or did not answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the proxy settings of the system.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server cannot be reached</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It did not answer the first call in time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that you are online, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The network connection could not be made.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection was lost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It broke while the answer was arriving. What had come is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue from where it broke off, or run again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server went silent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing has come for a long while. What had come is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue from where it stopped, or run again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server took too long</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It did not finish the request in time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again, or ask for a shorter answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key was not accepted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server does not know this key, or it has expired.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste the key again, without anything before or after it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The credit is used up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The account or the key has no balance left for this request.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Top up with the provider, or use another key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server does not allow this</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key may not use this model, or not from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another model, or ask the provider.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server does not have this model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model of that name is served there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model from the list, or check its spelling.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address does not lead to a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server answers, but knows no such path.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the address; it usually ends in /v1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This server cannot continue a text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It does not offer text completion, or not for this model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a completion model, or another server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The text is too long for this model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompt and answer together do not fit into what the model can read at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask for a shorter answer, or shorten the prompt.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server did not understand the request</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It refused one of the settings, or the prompt is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set the parameters back to neutral and try again; Details shows its words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The request is too large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A server on the way does not take this much text at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shorten the prompt.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server&apos;s filter refused the text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A word filter on the server found something in the prompt.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change the wording, or use another server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too many requests</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server asks to slow down.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait a little, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model is not available right now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The relay has no channel that serves this model for your account.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another model, or try again later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server behind the relay took too long</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A gateway gave up waiting. The work may have been done and charged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask for a shorter answer, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server has a problem of its own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It could not do the work; this is not your doing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What came is not what a language model server sends; it may be a web page.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server points to another host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Following it would hand your key to somebody else, so the request was stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>If the service has moved, enter its new address yourself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The request failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server answered with an error.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details shows its words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The built-in model is not installed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its file or its engine is missing from this installation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details says how to add it, or connect a service.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The built-in model did not start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file could not be loaded, or the memory did not suffice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again, or choose another model file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key chain is locked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system keeps your key in a key chain that has not been unlocked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unlock it, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key chain does not answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system&apos;s key chain was asked for your key and stayed silent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again, or enter the key for this run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key chain could not be used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system&apos;s key chain reported an error.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your texts were written by a newer Quillpane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This version cannot read them and leaves the file untouched.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install the newer version. What you write now is not kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file with your texts is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It could not be read, and it was left untouched.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore it from a backup. What you write now is not kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk does not take your texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing or reading the file with your texts failed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the disk and its permissions; the text on the screen can still be copied.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is written now cannot be saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space; the text on the screen can still be copied.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No server takes one of these settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set the parameters back to neutral, then run again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This run was interrupted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quillpane ended while it was being written. All that had come is kept.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RunList</name>
    <message>
        <source>Runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every run is kept here with its settings. Nothing is ever overwritten.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use its settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Runs</name>
    <message>
        <source>writing…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop sequences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Presence penalty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frequency penalty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Stop</name>
    <message>
        <source>Natural end</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop sequence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Natural end or stop sequence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped by the server&apos;s filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cut off: the server gave no reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection lost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped by you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WritePlace</name>
    <message>
        <source>The answer was copied.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something went wrong inside Quillpane. Nothing that you wrote is lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {count} tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run was deleted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write the beginning of a text. The model goes on where you stop.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompt ends with a space; models usually go on better without it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
