<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AddConnection</name>
    <message>
        <source>The key will be kept in: {place}</source>
        <translation>密钥将保存在：{place}</translation>
    </message>
    <message>
        <source>This computer has no key chain that Quillpane can use: the key stays for this run only.</source>
        <translation>这台电脑没有 Quillpane 可用的钥匙串：密钥只保留到本次关闭。</translation>
    </message>
    <message>
        <source>This does not look like a web address.</source>
        <translation>这不像是一个网址。</translation>
    </message>
    <message>
        <source>Not encrypted: others on the network could read your key and texts.</source>
        <translation>未加密：网络上的其他人可能读到你的密钥和文字。</translation>
    </message>
    <message>
        <source>There is no key yet; most services ask for one.</source>
        <translation>还没有密钥；多数服务都需要。</translation>
    </message>
</context>
<context>
    <name>AddConnectionDialog</name>
    <message>
        <source>Requests go to:</source>
        <translation>请求将发往：</translation>
    </message>
    <message>
        <source>Not understood: {texts}</source>
        <translation>未能识别：{texts}</translation>
    </message>
    <message>
        <source>Connect a service</source>
        <translation>连接服务</translation>
    </message>
    <message>
        <source>Paste what you were given</source>
        <translation>粘贴你拿到的内容</translation>
    </message>
    <message>
        <source>An address, a key, a curl command, or the whole note from your provider</source>
        <translation>地址、密钥、curl 命令，或服务商给你的整段说明</translation>
    </message>
    <message>
        <source>Nothing is sent before you press Add. Look at what was understood:</source>
        <translation>点“添加”之前不会发送任何内容。请看看识别到了什么：</translation>
    </message>
    <message>
        <source>Well-known services</source>
        <translation>常见服务</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Adjusted</name>
    <message>
        <source>This server does not accept probabilities; the run goes on without them.</source>
        <translation>此服务器不接受概率参数，本次运行将不带概率继续。</translation>
    </message>
    <message>
        <source>This server does not report token counts while streaming; they are estimated.</source>
        <translation>此服务器在流式输出时不报告令牌数，显示的是估计值。</translation>
    </message>
    <message>
        <source>This server sent the whole answer at once.</source>
        <translation>此服务器一次性发来了整个回答。</translation>
    </message>
    <message>
        <source>This server gives one candidate at a time; one request was sent for each, and each is charged.</source>
        <translation>此服务器一次只给一个候选；已为每个候选各发一次请求，分别计费。</translation>
    </message>
    <message>
        <source>The server sent fewer candidates than asked for.</source>
        <translation>服务器返回的候选比要求的少。</translation>
    </message>
    <message>
        <source>This server seems to wrap the prompt in a chat; it may answer instead of continuing.</source>
        <translation>此服务器似乎把提示词套进了对话模板，可能会作答而不是续写。</translation>
    </message>
    <message>
        <source>Mind the month&apos;s spending: {detail}</source>
        <translation>请留意本月花费：{detail}</translation>
    </message>
    <message>
        <source>This run cannot be saved to disk right now; copy what you need.</source>
        <translation>本次运行暂时无法存盘，请复制需要的内容。</translation>
    </message>
    <message>
        <source>The server was busy; the request was sent again.</source>
        <translation>服务器繁忙，已重新发送请求。</translation>
    </message>
    <message>
        <source>This server does not accept the setting {name}; the run goes on without it.</source>
        <translation>此服务器不接受参数 {name}，本次运行将不带它继续。</translation>
    </message>
</context>
<context>
    <name>AnswerPane</name>
    <message>
        <source>Writing…</source>
        <translation>正在书写…</translation>
    </message>
    <message>
        <source>Waiting for the first word…</source>
        <translation>正在等待第一个词…</translation>
    </message>
    <message>
        <source>{speed} tokens/s</source>
        <translation>{speed} 令牌/秒</translation>
    </message>
    <message>
        <source>{prompt} + {completion} tokens</source>
        <translation>{prompt} + {completion} 个令牌</translation>
    </message>
    <message>
        <source>first word {seconds} s</source>
        <translation>首词 {seconds} 秒</translation>
    </message>
    <message>
        <source>{prompt} + {completion} tokens (estimated)</source>
        <translation>{prompt} + {completion} 个令牌（估计）</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>The answer appears here</source>
        <translation>回答会出现在这里</translation>
    </message>
    <message>
        <source>Write the beginning of a text above and press Run: the model goes on where you stop. Or try one:</source>
        <translation>在上面写下文章的开头，然后点“运行”：模型会从你停下的地方接着写。也可以先试试：</translation>
    </message>
    <message>
        <source>The built-in model is small. With an address and a key, larger ones answer here as well.</source>
        <translation>内置模型很小。有了地址和密钥，更大的模型也能在这里回答。</translation>
    </message>
    <message>
        <source>Connect a service…</source>
        <translation>连接服务…</translation>
    </message>
    <message>
        <source>This answer belongs to another prompt.</source>
        <translation>这个回答属于另一条提示词。</translation>
    </message>
    <message>
        <source>Bring that prompt back</source>
        <translation>找回那条提示词</translation>
    </message>
</context>
<context>
    <name>BuiltInPage</name>
    <message>
        <source>Choose a model file</source>
        <translation>选择模型文件</translation>
    </message>
    <message>
        <source>Model files (*.gguf)</source>
        <translation>模型文件 (*.gguf)</translation>
    </message>
    <message>
        <source>A small model that runs on this computer: no key, no network, no cost. It is good for trying things out; for long or careful texts connect a service.</source>
        <translation>在这台电脑上运行的小模型：不需要密钥和网络，也不花钱。适合试用；要写长文或精细的文字，请连接一项服务。</translation>
    </message>
    <message>
        <source>Model file</source>
        <translation>模型文件</translation>
    </message>
    <message>
        <source>Any GGUF file works; a larger one writes better and needs more memory.</source>
        <translation>任何 GGUF 文件都可以；越大的模型写得越好，也越占内存。</translation>
    </message>
    <message>
        <source>The one that ships with Quillpane</source>
        <translation>Quillpane 自带的模型</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Use the one that ships</source>
        <translation>使用自带的模型</translation>
    </message>
</context>
<context>
    <name>CandidateView</name>
    <message>
        <source>Candidate {number}</source>
        <translation>候选 {number}</translation>
    </message>
</context>
<context>
    <name>Check</name>
    <message>
        <source>Looking up the name</source>
        <translation>查找服务器名称</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>建立连接</translation>
    </message>
    <message>
        <source>Passing the proxy</source>
        <translation>通过代理</translation>
    </message>
    <message>
        <source>Secure connection</source>
        <translation>加密连接</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>List of models</source>
        <translation>模型列表</translation>
    </message>
    <message>
        <source>Continuing a text</source>
        <translation>续写文本</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>聊天</translation>
    </message>
    <message>
        <source>Streaming word by word</source>
        <translation>逐词流式输出</translation>
    </message>
    <message>
        <source>Token counts while streaming</source>
        <translation>流式输出时的令牌数</translation>
    </message>
    <message>
        <source>Probabilities</source>
        <translation>概率</translation>
    </message>
    <message>
        <source>Several candidates at once</source>
        <translation>一次给出多个候选</translation>
    </message>
    <message>
        <source>Stop sequences</source>
        <translation>停止序列</translation>
    </message>
    <message>
        <source>Same seed, same answer</source>
        <translation>相同种子得到相同回答</translation>
    </message>
    <message>
        <source>Repeating the prompt (echo)</source>
        <translation>重复提示词（echo）</translation>
    </message>
    <message>
        <source>Filling a gap (suffix)</source>
        <translation>填空（suffix）</translation>
    </message>
    <message>
        <source>Best of several (best_of)</source>
        <translation>多中选优（best_of）</translation>
    </message>
    <message>
        <source>Topic penalty</source>
        <translation>话题惩罚</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Prompt as it is, without a chat around it</source>
        <translation>提示词原样送达，不套对话模板</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>found: {address}</source>
        <translation>已找到：{address}</translation>
    </message>
    <message>
        <source>connected to {address} in {milliseconds} ms</source>
        <translation>已连上 {address}，用时 {milliseconds} 毫秒</translation>
    </message>
    <message>
        <source>on this computer</source>
        <translation>在这台电脑上</translation>
    </message>
    <message>
        <source>no proxy</source>
        <translation>没有代理</translation>
    </message>
    <message>
        <source>through {proxy}</source>
        <translation>经由 {proxy}</translation>
    </message>
    <message>
        <source>certificate by {issuer}, valid until {until}</source>
        <translation>证书由 {issuer} 签发，有效期至 {until}</translation>
    </message>
    <message>
        <source>not encrypted</source>
        <translation>未加密</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>已接受</translation>
    </message>
    <message>
        <source>no key needed</source>
        <translation>不需要密钥</translation>
    </message>
    <message>
        <source>cannot be told</source>
        <translation>无法得知</translation>
    </message>
    <message>
        <source>{count} listed; checked with {model}</source>
        <translation>{count} 个模型；用 {model} 检查</translation>
    </message>
    <message>
        <source>{count} listed, but not {model}</source>
        <translation>{count} 个模型，其中没有 {model}</translation>
    </message>
    <message>
        <source>no list of models</source>
        <translation>没有模型列表</translation>
    </message>
    <message>
        <source>no model to check</source>
        <translation>没有可检查的模型</translation>
    </message>
    <message>
        <source>works</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>accepted, but without effect</source>
        <translation>已接受，但不起作用</translation>
    </message>
    <message>
        <source>refused: {reason}</source>
        <translation>被拒绝：{reason}</translation>
    </message>
    <message>
        <source>works, with {maximum} alternatives at most</source>
        <translation>正常，最多 {maximum} 个备选</translation>
    </message>
    <message>
        <source>one candidate at a time</source>
        <translation>一次一个候选</translation>
    </message>
    <message>
        <source>the server is busy right now</source>
        <translation>服务器正忙</translation>
    </message>
    <message>
        <source>the prompt is wrapped in a chat; the model may answer it</source>
        <translation>提示词被套进对话模板，模型可能会作答</translation>
    </message>
    <message>
        <source>not without: {step}</source>
        <translation>须先通过：{step}</translation>
    </message>
    <message>
        <source>Sends at most {requests} tiny requests, with answers of {tokens} tokens in all.</source>
        <translation>最多发送 {requests} 个很小的请求，回答合计不超过 {tokens} 个令牌。</translation>
    </message>
    <message>
        <source>Stopped. What was learnt so far is kept.</source>
        <translation>已停止。目前得知的内容已保留。</translation>
    </message>
    <message>
        <source>under way</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>not tried</source>
        <translation>未尝试</translation>
    </message>
    <message>
        <source>honoured</source>
        <translation>有效</translation>
    </message>
    <message>
        <source>ignored</source>
        <translation>被忽略</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>尚不清楚</translation>
    </message>
    <message>
        <source>at most {number}</source>
        <translation>最多 {number}</translation>
    </message>
    <message>
        <source>Something does not work; see the step marked ✕.</source>
        <translation>有一步不通，请看标有 ✕ 的步骤。</translation>
    </message>
    <message>
        <source>This connection works.</source>
        <translation>这个连接可以使用。</translation>
    </message>
</context>
<context>
    <name>CheckPanel</name>
    <message>
        <source>Learnt by checks and in passing; the sliders show it, too.</source>
        <translation>来自检查和平时的使用；滑块上也会显示。</translation>
    </message>
    <message>
        <source>Nothing is known yet. A check finds out, and so does everyday use.</source>
        <translation>目前还一无所知。检查一次或平时使用都会得知。</translation>
    </message>
    <message>
        <source>When this was learnt</source>
        <translation>得知的日期</translation>
    </message>
    <message>
        <source>Model to check</source>
        <translation>要检查的模型</translation>
    </message>
    <message>
        <source>The first that the service lists</source>
        <translation>服务列出的第一个</translation>
    </message>
    <message>
        <source>Check this connection</source>
        <translation>检查此连接</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>What this server does</source>
        <translation>此服务器的能力</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Send the prompt and let the model write</source>
        <translation>发送提示词，让模型书写</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop writing; what has come stays</source>
        <translation>停止书写；已收到的内容会保留</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Send prompt and answer, so that the model goes on</source>
        <translation>把提示词和回答一起发送，让模型接着写</translation>
    </message>
    <message>
        <source>Use as prompt</source>
        <translation>用作提示词</translation>
    </message>
    <message>
        <source>Move the answer up to the end of the prompt</source>
        <translation>把回答移到提示词末尾</translation>
    </message>
    <message>
        <source>Connect a service…</source>
        <translation>连接服务…</translation>
    </message>
    <message>
        <source>Connections…</source>
        <translation>连接…</translation>
    </message>
    <message>
        <source>Switch model…</source>
        <translation>切换模型…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Copy answer</source>
        <translation>复制回答</translation>
    </message>
    <message>
        <source>Clear prompt</source>
        <translation>清空提示词</translation>
    </message>
    <message>
        <source>Go to prompt</source>
        <translation>转到提示词</translation>
    </message>
    <message>
        <source>Go to answer</source>
        <translation>转到回答</translation>
    </message>
    <message>
        <source>Go to runs</source>
        <translation>转到运行记录</translation>
    </message>
    <message>
        <source>Go to parameters</source>
        <translation>转到参数</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行记录</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Set all parameters to neutral</source>
        <translation>所有参数恢复中性值</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>放大文字</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>缩小文字</translation>
    </message>
    <message>
        <source>Normal text size</source>
        <translation>正常文字大小</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>About Quillpane</source>
        <translation>关于 Quillpane</translation>
    </message>
</context>
<context>
    <name>Connection</name>
    <message>
        <source>Connection: {name}</source>
        <translation>连接：{name}</translation>
    </message>
    <message>
        <source>Built-in model</source>
        <translation>内置模型</translation>
    </message>
</context>
<context>
    <name>ConnectionDraft</name>
    <message>
        <source>A proxy&apos;s address looks like http://host:8080 or socks5://host:1080.</source>
        <translation>代理地址形如 http://host:8080 或 socks5://host:1080。</translation>
    </message>
    <message>
        <source>Enter the address of the service.</source>
        <translation>请输入服务的地址。</translation>
    </message>
    <message>
        <source>Not encrypted: others on the network could read your key and texts.</source>
        <translation>未加密：网络上的其他人可能读到你的密钥和文字。</translation>
    </message>
    <message>
        <source>Line {number}: {fault}</source>
        <translation>第 {number} 行：{fault}</translation>
    </message>
    <message>
        <source>This is too long for extra fields.</source>
        <translation>附加字段太长。</translation>
    </message>
    <message>
        <source>This is not JSON: line {line}, column {column}.</source>
        <translation>这不是 JSON：第 {line} 行第 {column} 列。</translation>
    </message>
    <message>
        <source>This is not JSON that a server can read.</source>
        <translation>这不是服务器能读懂的 JSON。</translation>
    </message>
    <message>
        <source>Write an object in braces, such as {&quot;top_k&quot;: 40}.</source>
        <translation>请写成花括号中的对象，例如 {&quot;top_k&quot;: 40}。</translation>
    </message>
    <message>
        <source>Quillpane sets “{name}” itself.</source>
        <translation>“{name}”由 Quillpane 自己设置。</translation>
    </message>
    <message>
        <source>write a name, a colon and a value.</source>
        <translation>请写名称、冒号和值。</translation>
    </message>
    <message>
        <source>“{name}” is there already.</source>
        <translation>“{name}”已经有了。</translation>
    </message>
    <message>
        <source>this looks like a key; headers are kept in a file, so a key does not belong here.</source>
        <translation>这看起来是密钥；请求头保存在文件中，不要把密钥写在这里。</translation>
    </message>
    <message>
        <source>This does not look like a web address.</source>
        <translation>这不像是一个网址。</translation>
    </message>
</context>
<context>
    <name>ConnectionForm</name>
    <message>
        <source>Requests go to:</source>
        <translation>请求将发往：</translation>
    </message>
    <message>
        <source>What to expect of {service}</source>
        <translation>关于 {service}</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Favourite models</source>
        <translation>收藏的模型</translation>
    </message>
    <message>
        <source>They stand first when you switch models.</source>
        <translation>切换模型时排在最前。</translation>
    </message>
    <message>
        <source>A model&apos;s name</source>
        <translation>模型名称</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Add to the favourites</source>
        <translation>加入收藏</translation>
    </message>
    <message>
        <source>Remove from the favourites</source>
        <translation>移出收藏</translation>
    </message>
</context>
<context>
    <name>ConnectionList</name>
    <message>
        <source>in use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>not encrypted</source>
        <translation>未加密</translation>
    </message>
    <message>
        <source>not saved</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Find on this computer</source>
        <translation>在这台电脑上查找</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
</context>
<context>
    <name>Connections</name>
    <message>
        <source>Built-in model</source>
        <translation>内置模型</translation>
    </message>
    <message>
        <source>on this computer</source>
        <translation>在这台电脑上</translation>
    </message>
    <message>
        <source>Asking the key chain…</source>
        <translation>正在询问钥匙串…</translation>
    </message>
    <message>
        <source>The earlier key may still be in the key chain.</source>
        <translation>之前的密钥可能还在钥匙串中。</translation>
    </message>
    <message>
        <source>“{name}” was removed, and its key with it.</source>
        <translation>“{name}”已移除，其密钥也已删除。</translation>
    </message>
    <message>
        <source>“{name}” was removed; its key may still be in the key chain.</source>
        <translation>“{name}”已移除；其密钥可能还在钥匙串中。</translation>
    </message>
    <message>
        <source>These keys may still be in the key chain: {names}.</source>
        <translation>这些密钥可能还在钥匙串中：{names}。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>All keys were removed; reading them back found none.</source>
        <translation>所有密钥都已删除；重新读取时一个也没有找到。</translation>
    </message>
    <message>
        <source>{title}. {advice}</source>
        <translation>{title}。{advice}</translation>
    </message>
    <message>
        <source>{cause} {advice}</source>
        <translation>{cause}{advice}</translation>
    </message>
    <message>
        <source>Kept in: {place}</source>
        <translation>保存在：{place}</translation>
    </message>
    <message>
        <source>Held for this run only: there is no key chain here.</source>
        <translation>密钥仅保留到本次关闭：这台电脑没有可用的钥匙串。</translation>
    </message>
    <message>
        <source>There is no key. A new one will be kept in: {place}</source>
        <translation>没有密钥。新密钥将保存在：{place}</translation>
    </message>
    <message>
        <source>There is no key, and no key chain on this computer: a key stays for this run only.</source>
        <translation>没有密钥，这台电脑也没有可用的钥匙串：密钥只保留到本次关闭。</translation>
    </message>
</context>
<context>
    <name>ConnectionsWindow</name>
    <message>
        <source>On this computer</source>
        <translation>在这台电脑上</translation>
    </message>
    <message>
        <source>Remove the keys of all connections from this computer? The connections themselves stay.</source>
        <translation>要从这台电脑删除所有连接的密钥吗？连接本身会保留。</translation>
    </message>
    <message>
        <source>Forget all keys</source>
        <translation>忘记所有密钥</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Use here</source>
        <translation>在此使用</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Extras</source>
        <translation>附加</translation>
    </message>
    <message>
        <source>Costs</source>
        <translation>费用</translation>
    </message>
    <message>
        <source>Revert</source>
        <translation>还原</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Forget all keys…</source>
        <translation>忘记所有密钥…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>About the selected connection</source>
        <translation>关于所选的连接</translation>
    </message>
</context>
<context>
    <name>CostPanel</name>
    <message>
        <source>Line {number}: {fault}</source>
        <translation>第 {number} 行：{fault}</translation>
    </message>
    <message>
        <source>Not saved yet.</source>
        <translation>尚未保存。</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>正在查询…</translation>
    </message>
    <message>
        <source>Not asked yet. Not every service tells.</source>
        <translation>尚未查询。并非每项服务都提供余额。</translation>
    </message>
    <message>
        <source>{balance} ({age})</source>
        <translation>{balance}（{age}）</translation>
    </message>
    <message>
        <source>Ask for the balance</source>
        <translation>查询余额</translation>
    </message>
    <message>
        <source>Ask again in {seconds} s</source>
        <translation>{seconds} 秒后可再查询</translation>
    </message>
    <message>
        <source>Services allow this about once a minute.</source>
        <translation>服务大约每分钟允许查询一次。</translation>
    </message>
    <message>
        <source>Part of this month&apos;s limit that is spent: {percent} %</source>
        <translation>本月上限已用：{percent}%</translation>
    </message>
    <message>
        <source>This month</source>
        <translation>本月</translation>
    </message>
    <message>
        <source>Limits for a month</source>
        <translation>每月上限</translation>
    </message>
    <message>
        <source>Empty means no limit. Beyond the hard limit nothing is sent.</source>
        <translation>留空表示不限。超过硬上限后不再发送。</translation>
    </message>
    <message>
        <source>Warn from</source>
        <translation>提醒线</translation>
    </message>
    <message>
        <source>Stop before</source>
        <translation>硬上限</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>such as USD</source>
        <translation>例如 USD</translation>
    </message>
    <message>
        <source>Balance</source>
        <translation>余额</translation>
    </message>
    <message>
        <source>Prices for a million tokens</source>
        <translation>每百万令牌的价格</translation>
    </message>
    <message>
        <source>Take them from your service; prices differ. A * stands for any letters, such as gpt-4*.</source>
        <translation>请按你的服务填写，各家价格不同。* 代表任意字符，例如 gpt-4*。</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Tokens in</source>
        <translation>输入令牌</translation>
    </message>
    <message>
        <source>Tokens out</source>
        <translation>输出令牌</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求数</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>费用</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>This month by model</source>
        <translation>本月按模型</translation>
    </message>
    <message>
        <source>This month by day</source>
        <translation>本月按日</translation>
    </message>
    <message>
        <source>Add a price</source>
        <translation>添加价格</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove this price</source>
        <translation>移除此价格</translation>
    </message>
</context>
<context>
    <name>Costs</name>
    <message>
        <source>Write a model&apos;s name, or a pattern such as gpt-4*.</source>
        <translation>请写模型名称，或 gpt-4* 这样的模式。</translation>
    </message>
    <message>
        <source>Write a price; 0 means free.</source>
        <translation>请写价格；0 表示免费。</translation>
    </message>
    <message>
        <source>This name is too long.</source>
        <translation>名称太长。</translation>
    </message>
    <message>
        <source>Write a number, such as 0.5.</source>
        <translation>请写一个数字，例如 0.5。</translation>
    </message>
    <message>
        <source>The number cannot be less than 0.</source>
        <translation>数字不能小于 0。</translation>
    </message>
    <message>
        <source>Leave the comma out: it can mean a thousand or a decimal point here.</source>
        <translation>请去掉逗号：它在这里可能表示千位，也可能表示小数点。</translation>
    </message>
    <message>
        <source>This number is too large.</source>
        <translation>数字太大。</translation>
    </message>
    <message>
        <source>Write at most 9 digits behind the point.</source>
        <translation>小数点后最多 9 位。</translation>
    </message>
    <message>
        <source>No limit on this key</source>
        <translation>此密钥不限额</translation>
    </message>
    <message>
        <source>The server does not say what is left</source>
        <translation>服务器没有说明剩余多少</translation>
    </message>
    <message>
        <source>{amount} left</source>
        <translation>剩余 {amount}</translation>
    </message>
    <message>
        <source>{amount} used</source>
        <translation>已用 {amount}</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>有效期至 {day}</translation>
    </message>
    <message>
        <source>probably in points, of which 500,000 are a dollar</source>
        <translation>可能是点数，500,000 点合 1 美元</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>at least {cost}</source>
        <translation>至少 {cost}</translation>
    </message>
    <message>
        <source>Nothing was sent this month.</source>
        <translation>本月没有发送过请求。</translation>
    </message>
    <message>
        <source>{cost} · {requests} requests · {tokens_in} tokens in · {tokens_out} tokens out</source>
        <translation>{cost} · {requests} 个请求 · 输入 {tokens_in} 个令牌 · 输出 {tokens_out} 个令牌</translation>
    </message>
    <message>
        <source>limit {limit}</source>
        <translation>上限 {limit}</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>刚刚</translation>
    </message>
    <message>
        <source>{seconds} s ago</source>
        <translation>{seconds} 秒前</translation>
    </message>
    <message>
        <source>{minutes} min ago</source>
        <translation>{minutes} 分钟前</translation>
    </message>
</context>
<context>
    <name>Doctor</name>
    <message>
        <source>Check the address for a typing error.</source>
        <translation>请检查地址是否有误。</translation>
    </message>
    <message>
        <source>Check the end of the address; for most servers it is /v1.</source>
        <translation>请检查地址的结尾；多数服务器是 /v1。</translation>
    </message>
    <message>
        <source>Use {suggestion} as the address.</source>
        <translation>请改用地址 {suggestion}。</translation>
    </message>
    <message>
        <source>This computer seems to be offline</source>
        <translation>这台电脑似乎没有联网</translation>
    </message>
    <message>
        <source>There is no way to the network, or its name service does not answer.</source>
        <translation>无法连接网络，或者域名解析服务没有应答。</translation>
    </message>
    <message>
        <source>Check the network connection, then try again.</source>
        <translation>请检查网络连接，然后重试。</translation>
    </message>
    <message>
        <source>The name {host} was not found</source>
        <translation>找不到名称 {host}</translation>
    </message>
    <message>
        <source>The name service of this network answers, and knows no such computer.</source>
        <translation>此网络的域名解析服务有应答，但不认识这台电脑。</translation>
    </message>
    <message>
        <source>Nothing answers at {host}, port {port}</source>
        <translation>{host} 的端口 {port} 没有响应</translation>
    </message>
    <message>
        <source>The computer is there, but no server is listening at that port.</source>
        <translation>电脑在那里，但该端口没有服务器在监听。</translation>
    </message>
    <message>
        <source>Start the server, or check the port in the address.</source>
        <translation>请启动服务器，或检查地址中的端口。</translation>
    </message>
    <message>
        <source>{host} does not answer</source>
        <translation>{host} 没有应答</translation>
    </message>
    <message>
        <source>No connection came about in time: it is switched off, or something blocks it.</source>
        <translation>未能及时建立连接：对方已关机，或者连接被阻挡。</translation>
    </message>
    <message>
        <source>Check the address. On a company network, set its proxy in the connection.</source>
        <translation>请检查地址。若在公司网络中，请在连接设置中填写公司的代理。</translation>
    </message>
    <message>
        <source>{host} cannot be reached</source>
        <translation>无法连上 {host}</translation>
    </message>
    <message>
        <source>The connection was closed before any answer came.</source>
        <translation>还没有收到任何应答，连接就被关闭了。</translation>
    </message>
    <message>
        <source>Check the address and its port, then try again.</source>
        <translation>请检查地址和端口，然后重试。</translation>
    </message>
    <message>
        <source>This network wants you to log in first</source>
        <translation>当前网络要求先登录</translation>
    </message>
    <message>
        <source>Its own page answers in place of every server, as in hotels and trains.</source>
        <translation>应答的是网络自己的页面，酒店和列车上常是这样。</translation>
    </message>
    <message>
        <source>Open any page in the browser, log in there, then try again.</source>
        <translation>请在浏览器中打开任意网页并登录，然后重试。</translation>
    </message>
    <message>
        <source>The proxy {proxy} cannot be reached</source>
        <translation>无法连上代理 {proxy}</translation>
    </message>
    <message>
        <source>The connection or the system names a proxy that does not answer.</source>
        <translation>连接或系统设置中的代理没有应答。</translation>
    </message>
    <message>
        <source>Start it, or name another proxy or none in the connection.</source>
        <translation>请启动代理，或在连接设置中改用其他代理或不用代理。</translation>
    </message>
    <message>
        <source>The proxy {proxy} does not let the connection through</source>
        <translation>代理 {proxy} 没有放行连接</translation>
    </message>
    <message>
        <source>It answers, but not for {host}.</source>
        <translation>代理有应答，但不允许访问 {host}。</translation>
    </message>
    <message>
        <source>Ask who runs it, or name another proxy or none in the connection.</source>
        <translation>请询问代理的管理者，或在连接设置中改用其他代理或不用代理。</translation>
    </message>
    <message>
        <source>The proxy {proxy} asks for a login</source>
        <translation>代理 {proxy} 要求登录</translation>
    </message>
    <message>
        <source>It was given no name and password, or not the right ones.</source>
        <translation>没有提供用户名和密码，或者提供的不正确。</translation>
    </message>
    <message>
        <source>Enter the proxy&apos;s name and password in the connection.</source>
        <translation>请在连接设置中填写代理的用户名和密码。</translation>
    </message>
    <message>
        <source>What is set as a proxy is none</source>
        <translation>所设的代理不是有效的代理</translation>
    </message>
    <message>
        <source>Its address cannot be read, or no request can be sent to it.</source>
        <translation>代理地址无法识别，或者无法向它发送请求。</translation>
    </message>
    <message>
        <source>Correct the proxy in the connection or in the system&apos;s settings.</source>
        <translation>请在连接设置或系统设置中更正代理。</translation>
    </message>
    <message>
        <source>The certificate belongs to another server</source>
        <translation>证书属于另一台服务器</translation>
    </message>
    <message>
        <source>It is made out to {names}, and the address says {host}.</source>
        <translation>证书签发给 {names}，而地址写的是 {host}。</translation>
    </message>
    <message>
        <source>Check the address. In a hotel or at an airport, log in to its network first.</source>
        <translation>请检查地址。在酒店或机场，请先登录当地网络。</translation>
    </message>
    <message>
        <source>The server&apos;s certificate has expired</source>
        <translation>服务器的证书已过期</translation>
    </message>
    <message>
        <source>The server&apos;s certificate is not valid yet</source>
        <translation>服务器的证书尚未生效</translation>
    </message>
    <message>
        <source>Its first day is {since}.</source>
        <translation>证书从 {since} 起生效。</translation>
    </message>
    <message>
        <source>Check this computer&apos;s date and time zone.</source>
        <translation>请检查这台电脑的日期和时区。</translation>
    </message>
    <message>
        <source>The server&apos;s certificate is signed by nobody known here</source>
        <translation>服务器的证书不是由受信任的机构签发的</translation>
    </message>
    <message>
        <source>It is signed by {issuer}. A company&apos;s own network signs that way; so does somebody who listens in.</source>
        <translation>它由 {issuer} 签发。公司内部网络会这样签发证书；想窃听的人也会。</translation>
    </message>
    <message>
        <source>If you expect this, name the certificate file of the company or server in the connection.</source>
        <translation>如果这在意料之中，请在连接设置中指定公司或服务器的证书文件。</translation>
    </message>
    <message>
        <source>The server&apos;s certificate vouches for itself alone</source>
        <translation>服务器的证书是自签名的</translation>
    </message>
    <message>
        <source>Home and test servers do this; so does somebody who listens in.</source>
        <translation>家用和测试服务器会这样做；想窃听的人也会。</translation>
    </message>
    <message>
        <source>If it is your own server, name its certificate file in the connection.</source>
        <translation>如果是你自己的服务器，请在连接设置中指定它的证书文件。</translation>
    </message>
    <message>
        <source>The server wants to see a certificate of yours</source>
        <translation>服务器要求你出示证书</translation>
    </message>
    <message>
        <source>None was shown, or one that it does not accept.</source>
        <translation>没有出示证书，或者出示的证书不被接受。</translation>
    </message>
    <message>
        <source>Name the certificate file and its key in the connection.</source>
        <translation>请在连接设置中指定证书文件及其私钥。</translation>
    </message>
    <message>
        <source>No secure connection to {host} came about</source>
        <translation>未能与 {host} 建立安全连接</translation>
    </message>
    <message>
        <source>What listens there does not speak https, or something on the way broke it.</source>
        <translation>那里的服务不使用 https，或者途中有什么破坏了连接。</translation>
    </message>
    <message>
        <source>Check the port in the address, and whether it begins with http:// or https://.</source>
        <translation>请检查地址中的端口，以及地址应以 http:// 还是 https:// 开头。</translation>
    </message>
    <message>
        <source>This computer&apos;s clock is wrong</source>
        <translation>这台电脑的时钟不准</translation>
    </message>
    <message>
        <source>It differs from the server&apos;s by {difference}, so certificates seem invalid.</source>
        <translation>它与服务器的时间相差 {difference}，因此证书看起来无效。</translation>
    </message>
    <message>
        <source>Set date, time and time zone, then try again.</source>
        <translation>请设置好日期、时间和时区，然后重试。</translation>
    </message>
    <message>
        <source>The server asks for a key</source>
        <translation>服务器要求提供密钥</translation>
    </message>
    <message>
        <source>This connection has none.</source>
        <translation>此连接没有密钥。</translation>
    </message>
    <message>
        <source>Enter the key that you were given by the service.</source>
        <translation>请输入服务商给你的密钥。</translation>
    </message>
    <message>
        <source>The key was not accepted</source>
        <translation>密钥不被接受</translation>
    </message>
    <message>
        <source>It is mistyped, has expired, was switched off, or belongs to another service.</source>
        <translation>它可能输入有误、已过期、被停用，或属于另一项服务。</translation>
    </message>
    <message>
        <source>Enter it again, or get a new one from the service.</source>
        <translation>请重新输入，或向服务商索取新的密钥。</translation>
    </message>
    <message>
        <source>The key holds characters that no key has</source>
        <translation>密钥中含有不该有的字符</translation>
    </message>
    <message>
        <source>It cannot be sent, so nothing was.</source>
        <translation>它无法发送，因此什么都没有发送。</translation>
    </message>
    <message>
        <source>Copy it once more, without the words around it.</source>
        <translation>请重新复制密钥，不要带上周围的文字。</translation>
    </message>
    <message>
        <source>The credit is used up</source>
        <translation>额度已用完</translation>
    </message>
    <message>
        <source>The key itself is right; its quota or the balance of the account is not enough.</source>
        <translation>密钥本身没有问题，但其额度或账户余额不足。</translation>
    </message>
    <message>
        <source>Add credit with the service, or use another key.</source>
        <translation>请向服务商充值，或换用另一个密钥。</translation>
    </message>
    <message>
        <source>The server does not allow this</source>
        <translation>服务器不允许此操作</translation>
    </message>
    <message>
        <source>The key is right, but not for this model, this place, or at this time.</source>
        <translation>密钥没有问题，但不能用于此模型、此地点或此时。</translation>
    </message>
    <message>
        <source>Choose another model, or ask the service what the key is good for.</source>
        <translation>请换一个模型，或向服务商询问该密钥的权限。</translation>
    </message>
    <message>
        <source>This model is not available right now</source>
        <translation>此模型目前不可用</translation>
    </message>
    <message>
        <source>The relay has nobody behind it who serves this model for your account.</source>
        <translation>中转站没有为你的账户提供此模型的渠道。</translation>
    </message>
    <message>
        <source>Choose another model from its list, or ask its operator.</source>
        <translation>请从列表中换一个模型，或询问中转站的运营方。</translation>
    </message>
    <message>
        <source>The server does not have this model</source>
        <translation>服务器没有这个模型</translation>
    </message>
    <message>
        <source>Names of models must be written exactly as the server lists them.</source>
        <translation>模型名称必须与服务器列出的完全一致。</translation>
    </message>
    <message>
        <source>Choose a model from its list.</source>
        <translation>请从列表中选择模型。</translation>
    </message>
    <message>
        <source>This model only chats and cannot continue a text</source>
        <translation>这个模型只能对话，不能续写文字</translation>
    </message>
    <message>
        <source>Most newer models answer questions and no longer write on.</source>
        <translation>较新的模型大多只回答问题，不再续写。</translation>
    </message>
    <message>
        <source>Choose a model for text completion, or use the model in a chat.</source>
        <translation>请选择用于文本补全的模型，或在对话中使用它。</translation>
    </message>
    <message>
        <source>A web page answers at that address</source>
        <translation>该地址返回的是网页</translation>
    </message>
    <message>
        <source>Pages for people came back from {address}, and no answers for programs.</source>
        <translation>{address} 返回的是给人看的网页，而不是给程序的应答。</translation>
    </message>
    <message>
        <source>Programs are answered at {suggestion}, not at {address}.</source>
        <translation>程序的地址是 {suggestion}，而不是 {address}。</translation>
    </message>
    <message>
        <source>The address lacks its end, /v1</source>
        <translation>地址缺少结尾的 /v1</translation>
    </message>
    <message>
        <source>llama.cpp is there and answers at {address} in a form of its own.</source>
        <translation>那里是 llama.cpp，它在 {address} 以自己的格式应答。</translation>
    </message>
    <message>
        <source>The server has nothing at that address</source>
        <translation>服务器在该地址下没有内容</translation>
    </message>
    <message>
        <source>It is there, but what was asked for below {address} is unknown to it.</source>
        <translation>服务器在那里，但不认识 {address} 下所请求的路径。</translation>
    </message>
    <message>
        <source>This server cannot continue a text</source>
        <translation>此服务器不能续写文本</translation>
    </message>
    <message>
        <source>The address is right, but text completion is not offered there.</source>
        <translation>地址没有问题，但那里不提供文本补全。</translation>
    </message>
    <message>
        <source>Use its models in a chat, or connect another service for writing.</source>
        <translation>请在对话中使用它的模型，或为写作连接另一项服务。</translation>
    </message>
    <message>
        <source>The server points to another address</source>
        <translation>服务器指向另一个地址</translation>
    </message>
    <message>
        <source>It sends requests on to {suggestion}, where the key must not go unasked.</source>
        <translation>它把请求转往 {suggestion}，未经询问不能把密钥发到那里。</translation>
    </message>
    <message>
        <source>If the service has moved, enter its new address yourself.</source>
        <translation>如果服务已搬家，请自行输入新地址。</translation>
    </message>
    <message>
        <source>The server did not accept the request</source>
        <translation>服务器没有接受请求</translation>
    </message>
    <message>
        <source>Some of what was asked for does not suit it.</source>
        <translation>请求中有些内容不合它的要求。</translation>
    </message>
    <message>
        <source>Set the parameters back to neutral, and check the extra fields if there are any.</source>
        <translation>请把参数恢复中性值；如有附加字段，也请检查。</translation>
    </message>
    <message>
        <source>A setting of the connection cannot be used</source>
        <translation>连接的某项设置无法使用</translation>
    </message>
    <message>
        <source>No request can be made with it, so nothing was sent.</source>
        <translation>用它无法发出请求，因此什么都没有发送。</translation>
    </message>
    <message>
        <source>Change it in the connection.</source>
        <translation>请在连接设置中修改。</translation>
    </message>
    <message>
        <source>Too many requests</source>
        <translation>请求过多</translation>
    </message>
    <message>
        <source>The server wants a pause and does not say for how long.</source>
        <translation>服务器要求暂停，但没有说明多久。</translation>
    </message>
    <message>
        <source>Wait a minute, then try again.</source>
        <translation>请等一分钟再试。</translation>
    </message>
    <message>
        <source>The server wants a pause of {seconds} seconds.</source>
        <translation>服务器要求暂停 {seconds} 秒。</translation>
    </message>
    <message>
        <source>Wait that long, then try again.</source>
        <translation>请等待相应时间后再试。</translation>
    </message>
    <message>
        <source>The server has a problem of its own</source>
        <translation>服务器自身出了问题</translation>
    </message>
    <message>
        <source>It answered with status {status}; nothing is wrong on this side.</source>
        <translation>它返回了状态 {status}；问题不在你这边。</translation>
    </message>
    <message>
        <source>Try again in a while. If it stays so, ask its operator.</source>
        <translation>请过一会儿再试。如果一直如此，请询问其运营方。</translation>
    </message>
    <message>
        <source>The server behind the address is down</source>
        <translation>该地址背后的服务器不可用</translation>
    </message>
    <message>
        <source>What stands in front of it answered with status {status} in its place.</source>
        <translation>挡在前面的网关代它返回了状态 {status}。</translation>
    </message>
    <message>
        <source>The server took too long</source>
        <translation>服务器耗时太久</translation>
    </message>
    <message>
        <source>The connection stands, but no answer came within the time limit.</source>
        <translation>连接已建立，但在时限内没有应答。</translation>
    </message>
    <message>
        <source>Try again, or allow more time in the connection.</source>
        <translation>请重试，或在连接设置中放宽时限。</translation>
    </message>
    <message>
        <source>The connection was lost in the middle of the answer</source>
        <translation>回答途中连接中断</translation>
    </message>
    <message>
        <source>The server, or something on the way, closed it.</source>
        <translation>服务器或途中的设备关闭了连接。</translation>
    </message>
    <message>
        <source>Try again. If it happens often, ask the service.</source>
        <translation>请重试。如果经常发生，请询问服务商。</translation>
    </message>
    <message>
        <source>The answer cannot be read</source>
        <translation>无法读懂回答</translation>
    </message>
    <message>
        <source>Something answers at {address}, but not in the way of OpenAI.</source>
        <translation>{address} 有应答，但不是 OpenAI 的格式。</translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation>出了点问题</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>请重试。</translation>
    </message>
    <message>
        <source>Its last day was {until}.</source>
        <translation>证书的最后有效日是 {until}。</translation>
    </message>
    <message>
        <source>If this computer&apos;s date is right, the operator of the server has to renew it.</source>
        <translation>如果这台电脑的日期正确，就需要服务器的运营方更新证书。</translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>the key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>the login of the proxy</source>
        <translation>代理的登录信息</translation>
    </message>
    <message>
        <source>a secret within the address</source>
        <translation>地址中的机密</translation>
    </message>
    <message>
        <source>a header</source>
        <translation>请求头</translation>
    </message>
    <message>
        <source>a field of the body</source>
        <translation>请求体字段</translation>
    </message>
    <message>
        <source>the path of a certificate file</source>
        <translation>证书文件的路径</translation>
    </message>
    <message>
        <source>a key within a text</source>
        <translation>文本中的密钥</translation>
    </message>
    <message>
        <source>everything, because its address cannot be read</source>
        <translation>全部，因为其地址无法识别</translation>
    </message>
    <message>
        <source>This is not a text with connections.</source>
        <translation>这不是含有连接的文本。</translation>
    </message>
    <message>
        <source>The text is too long for a list of connections.</source>
        <translation>文本太长，不像连接列表。</translation>
    </message>
    <message>
        <source>This was written by a newer version of the program.</source>
        <translation>这是由更新版本的程序写成的。</translation>
    </message>
    <message>
        <source>There are too many connections; only the first 500 were read.</source>
        <translation>连接太多；只读取了前 500 个。</translation>
    </message>
    <message>
        <source>This entry has no address that can be read.</source>
        <translation>此条目没有可识别的地址。</translation>
    </message>
    <message>
        <source>A secret was left out.</source>
        <translation>已略去一处机密。</translation>
    </message>
    <message>
        <source>This service speaks another protocol.</source>
        <translation>此服务使用另一种协议。</translation>
    </message>
    <message>
        <source>There is no connection in it.</source>
        <translation>其中没有连接。</translation>
    </message>
    <message>
        <source>The environment names no address of a service.</source>
        <translation>环境变量中没有服务的地址。</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export connections</source>
        <translation>导出连接</translation>
    </message>
    <message>
        <source>Anyone may see this text: keys and other secrets are not in it. Keep it or send it.</source>
        <translation>这段文本可以给任何人看：其中没有密钥和其他机密。可以保存或发送。</translation>
    </message>
    <message>
        <source>Left out:</source>
        <translation>已略去：</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>ExtrasForm</name>
    <message>
        <source>Extra headers</source>
        <translation>附加请求头</translation>
    </message>
    <message>
        <source>One in each line, such as X-Title: Quillpane. No keys here.</source>
        <translation>每行一个，例如 X-Title: Quillpane。不要在这里写密钥。</translation>
    </message>
    <message>
        <source>Extra fields in the request</source>
        <translation>附加请求字段</translation>
    </message>
    <message>
        <source>JSON; sent with every request, for what Quillpane has no slider for.</source>
        <translation>JSON；随每个请求发送，用于 Quillpane 没有滑块的设置。</translation>
    </message>
    <message>
        <source>Pictures, music and video of a relay</source>
        <translation>中转站的图片、音乐和视频</translation>
    </message>
    <message>
        <source>Change these only if the relay&apos;s note says so.</source>
        <translation>仅在中转站的说明有要求时更改。</translation>
    </message>
    <message>
        <source>Midjourney: what stands before /mj</source>
        <translation>Midjourney：/mj 之前的部分</translation>
    </message>
    <message>
        <source>Such as /mj-fast or /mj-relax; usually empty.</source>
        <translation>例如 /mj-fast 或 /mj-relax；通常留空。</translation>
    </message>
    <message>
        <source>Music (Suno): path of the relay</source>
        <translation>音乐（Suno）：中转站的路径</translation>
    </message>
    <message>
        <source>Music: another path</source>
        <translation>音乐：其他路径</translation>
    </message>
    <message>
        <source>Video (Luma): path of the relay</source>
        <translation>视频（Luma）：中转站的路径</translation>
    </message>
    <message>
        <source>Video: another path</source>
        <translation>视频：其他路径</translation>
    </message>
    <message>
        <source>Empty for the one above</source>
        <translation>留空则使用上面的路径</translation>
    </message>
    <message>
        <source>In a header of its own (mj-api-secret)</source>
        <translation>放在单独的请求头中（mj-api-secret）</translation>
    </message>
    <message>
        <source>Midjourney: how the key is sent</source>
        <translation>Midjourney：密钥的发送方式</translation>
    </message>
    <message>
        <source>As for text (Authorization: Bearer)</source>
        <translation>与文本相同（Authorization: Bearer）</translation>
    </message>
</context>
<context>
    <name>FoundPage</name>
    <message>
        <source>Looking for model servers on this computer…</source>
        <translation>正在这台电脑上查找模型服务器…</translation>
    </message>
    <message>
        <source>No further model server answers on this computer. Start Ollama, LM Studio or another one first.</source>
        <translation>这台电脑上没有其他模型服务器响应。请先启动 Ollama、LM Studio 或其他服务器。</translation>
    </message>
    <message>
        <source>These model servers answer on this computer:</source>
        <translation>这台电脑上有这些模型服务器响应：</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Add {name}</source>
        <translation>添加 {name}</translation>
    </message>
    <message>
        <source>Only this computer is asked, on the usual ports: {ports}.</source>
        <translation>只询问这台电脑的常用端口：{ports}。</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>再找一次</translation>
    </message>
</context>
<context>
    <name>GeneratedText</name>
    <message>
        <source>everything else</source>
        <translation>其他所有</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Import connections</source>
        <translation>导入连接</translation>
    </message>
    <message>
        <source>Paste the text that Export gave, or a backup of Chatbox. Nothing is kept before you press Take.</source>
        <translation>粘贴“导出”给出的文本或 Chatbox 的备份。点“采用”之前不会保存任何内容。</translation>
    </message>
    <message>
        <source>Look into the environment</source>
        <translation>查看环境变量</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Would be taken:</source>
        <translation>将会采用：</translation>
    </message>
</context>
<context>
    <name>KeyField</name>
    <message>
        <source>Paste the key</source>
        <translation>粘贴密钥</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Keep the old one</source>
        <translation>保留原密钥</translation>
    </message>
    <message>
        <source>Replace…</source>
        <translation>更换…</translation>
    </message>
    <message>
        <source>The key belongs to {host} and is not sent anywhere else. Enter the key for the new address.</source>
        <translation>该密钥属于 {host}，不会发往别处。请输入新地址的密钥。</translation>
    </message>
    <message>
        <source>Remove the key for {host}? You will need to paste it again to use this connection.</source>
        <translation>要删除用于 {host} 的密钥吗？之后要重新粘贴密钥才能使用此连接。</translation>
    </message>
    <message>
        <source>Remove the key</source>
        <translation>删除密钥</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Show or hide the key</source>
        <translation>显示或隐藏密钥</translation>
    </message>
    <message>
        <source>Replace the key</source>
        <translation>更换密钥</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>About Quillpane</source>
        <translation>关于 Quillpane</translation>
    </message>
    <message>
        <source>A native window for language models. MIT licence; uses Qt (LGPL), llama.cpp and SmolLM2 135M.</source>
        <translation>面向语言模型的原生窗口。MIT 许可；使用 Qt(LGPL)、llama.cpp 和 SmolLM2 135M。</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>运行(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>转到(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
</context>
<context>
    <name>ModelBox</name>
    <message>
        <source>Asking the server…</source>
        <translation>正在询问服务器…</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <source>{model} on {connection}</source>
        <translation>{connection} 上的 {model}</translation>
    </message>
    <message>
        <source>Model and connection: {words}</source>
        <translation>模型与连接：{words}</translation>
    </message>
    <message>
        <source>Remove from favourites</source>
        <translation>从收藏中移除</translation>
    </message>
    <message>
        <source>Add to favourites</source>
        <translation>加入收藏</translation>
    </message>
</context>
<context>
    <name>NetworkForm</name>
    <message>
        <source>Certificates and keys (*.pem *.crt *.cer *.key)</source>
        <translation>证书和私钥 (*.pem *.crt *.cer *.key)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>As the system says</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>None: connect directly</source>
        <translation>不用代理，直接连接</translation>
    </message>
    <message>
        <source>One of its own</source>
        <translation>此连接专用的代理</translation>
    </message>
    <message>
        <source>Proxy address</source>
        <translation>代理地址</translation>
    </message>
    <message>
        <source>Login, if it asks for one</source>
        <translation>登录名（如代理要求）</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Leave empty to keep the one that is known</source>
        <translation>留空则沿用原密码</translation>
    </message>
    <message>
        <source>The password goes to the key chain, never to a file.</source>
        <translation>密码存入钥匙串，绝不写入文件。</translation>
    </message>
    <message>
        <source>Certificates</source>
        <translation>证书</translation>
    </message>
    <message>
        <source>How long to wait</source>
        <translation>等待时间</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Certificate file of your company or your own server</source>
        <translation>公司或自建服务器的证书文件</translation>
    </message>
    <message>
        <source>Trusted for this connection only, besides those that this computer trusts.</source>
        <translation>除这台电脑信任的证书外，仅此连接额外信任它。</translation>
    </message>
    <message>
        <source>Your own certificate</source>
        <translation>你自己的证书</translation>
    </message>
    <message>
        <source>Only if the server asks who you are by certificate; most do not.</source>
        <translation>仅当服务器要求用证书表明身份时才需要，大多不需要。</translation>
    </message>
    <message>
        <source>Key file of your own certificate</source>
        <translation>你的证书的私钥文件</translation>
    </message>
    <message>
        <source>Choose a file: {what}</source>
        <translation>选择文件：{what}</translation>
    </message>
    <message>
        <source>For the connection</source>
        <translation>建立连接</translation>
    </message>
    <message>
        <source>Between two pieces of a streamed answer</source>
        <translation>流式回答的两段之间</translation>
    </message>
    <message>
        <source>After so long a silence the answer counts as stalled; what has come is kept.</source>
        <translation>这么久没有动静即视为停滞；已收到的内容会保留。</translation>
    </message>
    <message>
        <source>For a whole answer that is not streamed</source>
        <translation>非流式的完整回答</translation>
    </message>
    <message>
        <source> seconds</source>
        <translation> 秒</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ParameterPanel</name>
    <message>
        <source>Longest answer</source>
        <translation>回答长度上限</translation>
    </message>
    <message>
        <source>At most this many tokens are written; a token is about ¾ of an English word.</source>
        <translation>最多书写这么多令牌；一个令牌约为一个汉字或大半个英文单词。</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Low is careful and repeatable, high is surprising; 1 is the model as it is.</source>
        <translation>低则谨慎、可重复，高则出人意料；1 是模型本来的样子。</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Only the likeliest words that together make up this share are considered; 1 is all.</source>
        <translation>只考虑合起来占这个份额的最可能的词；1 表示全部。</translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation>候选数</translation>
    </message>
    <message>
        <source>How many answers are written side by side; each is charged.</source>
        <translation>并排书写多少个回答；每个都计费。</translation>
    </message>
    <message>
        <source>Presence penalty</source>
        <translation>话题惩罚</translation>
    </message>
    <message>
        <source>Above 0 pushes the model towards new subjects, below 0 keeps it on the same.</source>
        <translation>大于 0 推动模型转向新话题，小于 0 让它留在原话题。</translation>
    </message>
    <message>
        <source>Frequency penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Above 0 avoids repeating the same words, below 0 invites it.</source>
        <translation>大于 0 避免重复用词，小于 0 鼓励重复。</translation>
    </message>
    <message>
        <source>Changed from neutral; double-click the name or the slider to reset</source>
        <translation>已偏离中性值；双击名称或滑块即可恢复</translation>
    </message>
    <message>
        <source>Temperature and top-p both shape the same choice. It is usually better to change one, not both.</source>
        <translation>温度和 top-p 影响的是同一个选择。通常只改其中一个，不要两个都改。</translation>
    </message>
    <message>
        <source>Stop sequences</source>
        <translation>停止序列</translation>
    </message>
    <message>
        <source>Writing ends as soon as one of these (up to four) would appear. Type \n for a line break.</source>
        <translation>一旦将要出现其中之一（最多四个），书写就结束。换行请输入 \n。</translation>
    </message>
    <message>
        <source>Type and press Enter</source>
        <translation>输入后按回车</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Penalties, seed, probabilities</source>
        <translation>惩罚、种子、概率</translation>
    </message>
    <message>
        <source>Fixed seed</source>
        <translation>固定种子</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>The same seed asks for the same answer again, as far as the server can.</source>
        <translation>相同的种子会请求相同的回答，只要服务器做得到。</translation>
    </message>
    <message>
        <source>Probabilities</source>
        <translation>概率</translation>
    </message>
    <message>
        <source>Alternatives per token</source>
        <translation>每个令牌的备选数</translation>
    </message>
    <message>
        <source>Underlines the words the model was unsure of; point at one to see what else it weighed.</source>
        <translation>给模型没有把握的词加下划线；指向它可查看其他备选。</translation>
    </message>
    <message>
        <source>Set all to neutral</source>
        <translation>全部恢复中性值</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
</context>
<context>
    <name>Pasted</name>
    <message>
        <source>This address is not encrypted: others on the way can read the key.</source>
        <translation>此地址未加密：途中的其他人能读到密钥。</translation>
    </message>
    <message>
        <source>This looks like the address of a web page; the API may have another one.</source>
        <translation>这看起来是网页的地址；API 可能另有地址。</translation>
    </message>
    <message>
        <source>There were several addresses; the likeliest was taken.</source>
        <translation>有多个地址；已采用最可能的一个。</translation>
    </message>
    <message>
        <source>There were several keys; the likeliest was taken.</source>
        <translation>有多个密钥；已采用最可能的一个。</translation>
    </message>
    <message>
        <source>The key is missing: the text only shows where it would stand.</source>
        <translation>缺少密钥：文中只标出了它的位置。</translation>
    </message>
    <message>
        <source>The key was broken into pieces and was put together; check its end.</source>
        <translation>密钥被断成几段，已拼接起来；请核对其结尾。</translation>
    </message>
    <message>
        <source>The address held a login, which was left out.</source>
        <translation>地址中含有登录信息，已略去。</translation>
    </message>
    <message>
        <source>The command switches off the check of the certificate; here it stays on.</source>
        <translation>该命令关闭了证书检查；在这里检查保持开启。</translation>
    </message>
    <message>
        <source>The key was sent in an unusual header; the server may want it there.</source>
        <translation>密钥放在不常见的请求头中；服务器可能要求如此。</translation>
    </message>
    <message>
        <source>Keys of other services were left out.</source>
        <translation>其他服务的密钥已略去。</translation>
    </message>
    <message>
        <source>The text is very long; only its beginning was read.</source>
        <translation>文本太长；只读取了开头部分。</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>Probabilities are usually refused; the run then goes on without them.</source>
        <translation>概率参数通常会被拒绝，届时将不带概率继续运行。</translation>
    </message>
    <message>
        <source>The prompt may be wrapped in a chat, so that the model answers instead of continuing.</source>
        <translation>提示词可能被套进对话模板，模型会作答而不是续写。</translation>
    </message>
    <message>
        <source>Relay</source>
        <translation>中转站</translation>
    </message>
    <message>
        <source>Text, chat, pictures, Midjourney, music, video, speech and embeddings with one key.</source>
        <translation>一个密钥即可使用文本、聊天、图片、Midjourney、音乐、视频、语音和向量。</translation>
    </message>
    <message>
        <source>Relay (new-api)</source>
        <translation>中转站（new-api）</translation>
    </message>
    <message>
        <source>The settings echo, best_of and logit bias are lost on the way.</source>
        <translation>echo、best_of 和 logit bias 设置会在途中丢失。</translation>
    </message>
    <message>
        <source>Relay (one-api)</source>
        <translation>中转站（one-api）</translation>
    </message>
    <message>
        <source>No Midjourney, music or video.</source>
        <translation>没有 Midjourney、音乐和视频。</translation>
    </message>
    <message>
        <source>The settings echo, best_of and suffix may be lost on the way.</source>
        <translation>echo、best_of 和 suffix 设置可能在途中丢失。</translation>
    </message>
    <message>
        <source>Only a few older models complete text; all others chat.</source>
        <translation>只有少数旧模型支持文本补全，其余只能聊天。</translation>
    </message>
    <message>
        <source>Echo and probabilities do not go together.</source>
        <translation>echo 与概率不能同时使用。</translation>
    </message>
    <message>
        <source>Text completion and filling a gap answer at the address that ends in /beta.</source>
        <translation>文本补全和填空在以 /beta 结尾的地址提供。</translation>
    </message>
    <message>
        <source>There is no seed: the same settings may bring other words.</source>
        <translation>没有随机种子：同样的设置可能得到不同的文字。</translation>
    </message>
    <message>
        <source>Most of the models send no probabilities.</source>
        <translation>大多数模型不返回概率。</translation>
    </message>
    <message>
        <source>Text completion brings one candidate and no probabilities.</source>
        <translation>文本补全只有一个候选，且没有概率。</translation>
    </message>
    <message>
        <source>Its local server must be started first, in LM Studio itself.</source>
        <translation>须先在 LM Studio 中启动本地服务器。</translation>
    </message>
    <message>
        <source>Text completion brings no probabilities.</source>
        <translation>文本补全没有概率。</translation>
    </message>
    <message>
        <source>Continues text as it stands and sends probabilities.</source>
        <translation>按原文续写，并返回概率。</translation>
    </message>
    <message>
        <source>The number of candidates is limited by the slots it was started with.</source>
        <translation>候选数受启动时的槽位数限制。</translation>
    </message>
    <message>
        <source>Continues text as it stands and sends probabilities, for the prompt too.</source>
        <translation>按原文续写，并返回概率，提示词部分也有。</translation>
    </message>
    <message>
        <source>Filling a gap and an empty prompt are refused.</source>
        <translation>不支持填空，也不接受空提示词。</translation>
    </message>
    <message>
        <source>Probabilities always come with five alternatives, however many were asked for.</source>
        <translation>无论要求多少，概率总是附带五个备选。</translation>
    </message>
    <message>
        <source>Midjourney pictures only: no text, no chat.</source>
        <translation>只有 Midjourney 图片：没有文本和聊天。</translation>
    </message>
    <message>
        <source>A key is needed only where the proxy was given a secret.</source>
        <translation>仅当代理设置了密钥时才需要填写。</translation>
    </message>
</context>
<context>
    <name>ProblemCard</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Open connection</source>
        <translation>打开连接</translation>
    </message>
    <message>
        <source>Ask for half as much</source>
        <translation>长度减半再试</translation>
    </message>
    <message>
        <source>Continue from here</source>
        <translation>从这里继续</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
</context>
<context>
    <name>Problems</name>
    <message>
        <source>The server&apos;s name was not found</source>
        <translation>找不到该服务器的名称</translation>
    </message>
    <message>
        <source>No computer on the network answers to that address.</source>
        <translation>网络上没有电脑对应这个地址。</translation>
    </message>
    <message>
        <source>Check the address for a typing error, and that you are online.</source>
        <translation>请检查地址是否有误，以及是否已联网。</translation>
    </message>
    <message>
        <source>Nothing answers at that address</source>
        <translation>该地址没有响应</translation>
    </message>
    <message>
        <source>The computer is there, but no server is listening at that port.</source>
        <translation>电脑在那里，但该端口没有服务器在监听。</translation>
    </message>
    <message>
        <source>Start the server, or check the address.</source>
        <translation>请启动服务器，或检查地址。</translation>
    </message>
    <message>
        <source>This computer seems to be offline</source>
        <translation>这台电脑似乎没有联网</translation>
    </message>
    <message>
        <source>There is no way to the network, or its name service does not answer.</source>
        <translation>无法连接网络，或者域名解析服务没有应答。</translation>
    </message>
    <message>
        <source>Check the network connection, then try again.</source>
        <translation>请检查网络连接，然后重试。</translation>
    </message>
    <message>
        <source>The secure connection failed</source>
        <translation>安全连接失败</translation>
    </message>
    <message>
        <source>The server&apos;s certificate could not be checked.</source>
        <translation>无法验证服务器的证书。</translation>
    </message>
    <message>
        <source>Check this computer&apos;s date and the address. On a company network, ask for its certificate.</source>
        <translation>请检查电脑的日期和地址。若在公司网络中，请索取公司的证书。</translation>
    </message>
    <message>
        <source>The server&apos;s certificate is signed by nobody known here</source>
        <translation>服务器的证书不是由受信任的机构签发的</translation>
    </message>
    <message>
        <source>A company&apos;s own network signs that way; so does somebody who listens in.</source>
        <translation>公司内部网络会这样签发证书；想窃听的人也会。</translation>
    </message>
    <message>
        <source>If you expect this, name the certificate file of the company or server in the connection.</source>
        <translation>如果这在意料之中，请在连接设置中指定公司或服务器的证书文件。</translation>
    </message>
    <message>
        <source>The server&apos;s certificate vouches for itself alone</source>
        <translation>服务器的证书是自签名的</translation>
    </message>
    <message>
        <source>Home and test servers do this; so does somebody who listens in.</source>
        <translation>家用和测试服务器会这样做；想窃听的人也会。</translation>
    </message>
    <message>
        <source>If it is your own server, name its certificate file in the connection.</source>
        <translation>如果是你自己的服务器，请在连接设置中指定它的证书文件。</translation>
    </message>
    <message>
        <source>The certificate belongs to another server</source>
        <translation>证书属于另一台服务器</translation>
    </message>
    <message>
        <source>The name in it is not the one in the address.</source>
        <translation>证书中的名称与地址中的不一致。</translation>
    </message>
    <message>
        <source>Check the address. In a hotel or at an airport, log in to its network first.</source>
        <translation>请检查地址。在酒店或机场，请先登录当地网络。</translation>
    </message>
    <message>
        <source>The server&apos;s certificate has expired</source>
        <translation>服务器的证书已过期</translation>
    </message>
    <message>
        <source>Its last day is over, or this computer&apos;s date is wrong.</source>
        <translation>证书的有效期已过，或者这台电脑的日期不对。</translation>
    </message>
    <message>
        <source>Check this computer&apos;s date. If it is right, the operator of the server has to renew it.</source>
        <translation>请检查这台电脑的日期。如果日期正确，就需要服务器的运营方更新证书。</translation>
    </message>
    <message>
        <source>The server&apos;s certificate is not valid yet</source>
        <translation>服务器的证书尚未生效</translation>
    </message>
    <message>
        <source>Its first day has not come, or this computer&apos;s date is wrong.</source>
        <translation>证书的生效日期还没到，或者这台电脑的日期不对。</translation>
    </message>
    <message>
        <source>Check this computer&apos;s date and time zone.</source>
        <translation>请检查这台电脑的日期和时区。</translation>
    </message>
    <message>
        <source>This computer&apos;s clock is wrong</source>
        <translation>这台电脑的时钟不准</translation>
    </message>
    <message>
        <source>It is so far off that certificates cannot be judged.</source>
        <translation>时间相差太大，无法判断证书是否有效。</translation>
    </message>
    <message>
        <source>Set date, time and time zone, then try again.</source>
        <translation>请设置好日期、时间和时区，然后重试。</translation>
    </message>
    <message>
        <source>The server wants to see a certificate of yours</source>
        <translation>服务器要求你出示证书</translation>
    </message>
    <message>
        <source>None was shown, or one that it does not accept.</source>
        <translation>没有出示证书，或者出示的证书不被接受。</translation>
    </message>
    <message>
        <source>Name the certificate file and its key in the connection.</source>
        <translation>请在连接设置中指定证书文件及其私钥。</translation>
    </message>
    <message>
        <source>The proxy did not let the request through</source>
        <translation>代理没有放行请求</translation>
    </message>
    <message>
        <source>The proxy of this network refused or did not answer.</source>
        <translation>此网络的代理拒绝了请求或没有响应。</translation>
    </message>
    <message>
        <source>The server cannot be reached</source>
        <translation>无法连上服务器</translation>
    </message>
    <message>
        <source>It did not answer the first call in time.</source>
        <translation>它没有及时回应第一次呼叫。</translation>
    </message>
    <message>
        <source>Check that you are online, then try again.</source>
        <translation>请确认已联网，然后重试。</translation>
    </message>
    <message>
        <source>The network connection could not be made.</source>
        <translation>无法建立网络连接。</translation>
    </message>
    <message>
        <source>The connection was lost</source>
        <translation>连接中断</translation>
    </message>
    <message>
        <source>It broke while the answer was arriving. What had come is kept.</source>
        <translation>回答传来时连接断开。已收到的内容已保留。</translation>
    </message>
    <message>
        <source>Continue from where it broke off, or run again.</source>
        <translation>可从断开处继续，或重新运行。</translation>
    </message>
    <message>
        <source>The server went silent</source>
        <translation>服务器没有了动静</translation>
    </message>
    <message>
        <source>Nothing has come for a long while. What had come is kept.</source>
        <translation>很久没有收到内容。已收到的内容已保留。</translation>
    </message>
    <message>
        <source>Continue from where it stopped, or run again.</source>
        <translation>可从停下处继续，或重新运行。</translation>
    </message>
    <message>
        <source>The server took too long</source>
        <translation>服务器耗时太久</translation>
    </message>
    <message>
        <source>It did not finish the request in time.</source>
        <translation>它没有及时完成请求。</translation>
    </message>
    <message>
        <source>Try again, or ask for a shorter answer.</source>
        <translation>请重试，或要求更短的回答。</translation>
    </message>
    <message>
        <source>The key was not accepted</source>
        <translation>密钥不被接受</translation>
    </message>
    <message>
        <source>The server does not know this key, or it has expired.</source>
        <translation>服务器不认识这个密钥，或密钥已过期。</translation>
    </message>
    <message>
        <source>Paste the key again, without anything before or after it.</source>
        <translation>请重新粘贴密钥，前后不要带其他内容。</translation>
    </message>
    <message>
        <source>The credit is used up</source>
        <translation>额度已用完</translation>
    </message>
    <message>
        <source>The account or the key has no balance left for this request.</source>
        <translation>账户或密钥的余额不足以完成此请求。</translation>
    </message>
    <message>
        <source>Top up with the provider, or use another key.</source>
        <translation>请向服务商充值，或换用另一个密钥。</translation>
    </message>
    <message>
        <source>The server does not allow this</source>
        <translation>服务器不允许此操作</translation>
    </message>
    <message>
        <source>The key may not use this model, or not from here.</source>
        <translation>该密钥无权使用此模型，或不能在此处使用。</translation>
    </message>
    <message>
        <source>Choose another model, or ask the provider.</source>
        <translation>请换一个模型，或询问服务商。</translation>
    </message>
    <message>
        <source>The server does not have this model</source>
        <translation>服务器没有这个模型</translation>
    </message>
    <message>
        <source>No model of that name is served there.</source>
        <translation>那里不提供这个名称的模型。</translation>
    </message>
    <message>
        <source>Choose a model from the list, or check its spelling.</source>
        <translation>请从列表中选择模型，或检查拼写。</translation>
    </message>
    <message>
        <source>The address does not lead to a model</source>
        <translation>该地址没有通向模型</translation>
    </message>
    <message>
        <source>The server answers, but knows no such path.</source>
        <translation>服务器有响应，但不认识这个路径。</translation>
    </message>
    <message>
        <source>Check the address; it usually ends in /v1.</source>
        <translation>请检查地址，通常以 /v1 结尾。</translation>
    </message>
    <message>
        <source>This server cannot continue a text</source>
        <translation>此服务器不能续写文本</translation>
    </message>
    <message>
        <source>It does not offer text completion, or not for this model.</source>
        <translation>它不提供文本补全，或此模型不支持。</translation>
    </message>
    <message>
        <source>Choose a completion model, or another server.</source>
        <translation>请选择补全模型，或换一台服务器。</translation>
    </message>
    <message>
        <source>This model only chats</source>
        <translation>这个模型只能对话</translation>
    </message>
    <message>
        <source>It answers messages and cannot continue a text.</source>
        <translation>它只能回答消息，不能续写文字。</translation>
    </message>
    <message>
        <source>The text is too long for this model</source>
        <translation>文本对此模型来说太长</translation>
    </message>
    <message>
        <source>Prompt and answer together do not fit into what the model can read at once.</source>
        <translation>提示词加回答超出了模型一次能读的长度。</translation>
    </message>
    <message>
        <source>Ask for a shorter answer, or shorten the prompt.</source>
        <translation>请要求更短的回答，或缩短提示词。</translation>
    </message>
    <message>
        <source>The server did not understand the request</source>
        <translation>服务器没有看懂请求</translation>
    </message>
    <message>
        <source>It refused one of the settings, or the prompt is empty.</source>
        <translation>它拒绝了某项设置，或者提示词是空的。</translation>
    </message>
    <message>
        <source>The request is too large</source>
        <translation>请求太大</translation>
    </message>
    <message>
        <source>A server on the way does not take this much text at once.</source>
        <translation>途中的服务器一次收不下这么多文字。</translation>
    </message>
    <message>
        <source>Shorten the prompt.</source>
        <translation>请缩短提示词。</translation>
    </message>
    <message>
        <source>The server&apos;s filter refused the text</source>
        <translation>服务器的过滤器拒绝了文本</translation>
    </message>
    <message>
        <source>A word filter on the server found something in the prompt.</source>
        <translation>服务器的敏感词过滤在提示词中发现了内容。</translation>
    </message>
    <message>
        <source>Change the wording, or use another server.</source>
        <translation>请修改措辞，或换一台服务器。</translation>
    </message>
    <message>
        <source>Too many requests</source>
        <translation>请求过多</translation>
    </message>
    <message>
        <source>The server asks to slow down.</source>
        <translation>服务器要求放慢速度。</translation>
    </message>
    <message>
        <source>Wait a little, then try again.</source>
        <translation>请稍等再试。</translation>
    </message>
    <message>
        <source>This model is not available right now</source>
        <translation>此模型目前不可用</translation>
    </message>
    <message>
        <source>The relay has no channel that serves this model for your account.</source>
        <translation>中转站没有为你的账户提供此模型的渠道。</translation>
    </message>
    <message>
        <source>Choose another model, or try again later.</source>
        <translation>请换一个模型，或稍后再试。</translation>
    </message>
    <message>
        <source>The server behind the relay took too long</source>
        <translation>中转站背后的服务器耗时太久</translation>
    </message>
    <message>
        <source>A gateway gave up waiting. The work may have been done and charged.</source>
        <translation>网关放弃了等待。工作可能已完成并已计费。</translation>
    </message>
    <message>
        <source>Ask for a shorter answer, then try again.</source>
        <translation>请要求更短的回答，然后重试。</translation>
    </message>
    <message>
        <source>The server has a problem of its own</source>
        <translation>服务器自身出了问题</translation>
    </message>
    <message>
        <source>It could not do the work; this is not your doing.</source>
        <translation>它没能完成工作；这不是你的问题。</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>请过一会儿再试。</translation>
    </message>
    <message>
        <source>The answer cannot be read</source>
        <translation>无法读懂回答</translation>
    </message>
    <message>
        <source>What came is not what a language model server sends; it may be a web page.</source>
        <translation>收到的不是语言模型服务器发送的内容，可能是一个网页。</translation>
    </message>
    <message>
        <source>The server points to another host</source>
        <translation>服务器指向另一台主机</translation>
    </message>
    <message>
        <source>Following it would hand your key to somebody else, so the request was stopped.</source>
        <translation>跟随它会把你的密钥交给别人，因此请求已被中止。</translation>
    </message>
    <message>
        <source>If the service has moved, enter its new address yourself.</source>
        <translation>如果服务已搬家，请自行输入新地址。</translation>
    </message>
    <message>
        <source>An extra header or field of the connection cannot be sent</source>
        <translation>连接中附加的请求头或字段无法发送</translation>
    </message>
    <message>
        <source>It would replace what the program has to send itself, or no request can carry it.</source>
        <translation>它会取代程序自己必须发送的内容，或者任何请求都无法携带它。</translation>
    </message>
    <message>
        <source>Take it out of the connection, or change it.</source>
        <translation>请从连接设置中删除它，或者修改它。</translation>
    </message>
    <message>
        <source>A certificate file of the connection cannot be used</source>
        <translation>连接所用的证书文件无法使用</translation>
    </message>
    <message>
        <source>It is missing, of another kind, or its key does not fit.</source>
        <translation>文件不存在、格式不对，或者私钥与证书不匹配。</translation>
    </message>
    <message>
        <source>Choose a file in PEM form; a key must have no password.</source>
        <translation>请选择 PEM 格式的文件；私钥不能设有密码。</translation>
    </message>
    <message>
        <source>A setting of the connection cannot be used</source>
        <translation>连接的某项设置无法使用</translation>
    </message>
    <message>
        <source>No request can be made with it, so nothing was sent.</source>
        <translation>用它无法发出请求，因此什么都没有发送。</translation>
    </message>
    <message>
        <source>Change it in the connection.</source>
        <translation>请在连接设置中修改。</translation>
    </message>
    <message>
        <source>The request failed</source>
        <translation>请求失败</translation>
    </message>
    <message>
        <source>The server answered with an error.</source>
        <translation>服务器返回了错误。</translation>
    </message>
    <message>
        <source>The built-in model is not installed</source>
        <translation>未安装内置模型</translation>
    </message>
    <message>
        <source>Its file or its engine is missing from this installation.</source>
        <translation>此安装缺少模型文件或其引擎。</translation>
    </message>
    <message>
        <source>Details says how to add it, or connect a service.</source>
        <translation>“详情”中说明了如何添加；也可以连接一项服务。</translation>
    </message>
    <message>
        <source>The built-in model did not start</source>
        <translation>内置模型没有启动</translation>
    </message>
    <message>
        <source>The model file could not be loaded, or the memory did not suffice.</source>
        <translation>模型文件无法载入，或内存不足。</translation>
    </message>
    <message>
        <source>Try again, or choose another model file.</source>
        <translation>请重试，或选择另一个模型文件。</translation>
    </message>
    <message>
        <source>The key chain is locked</source>
        <translation>钥匙串已锁定</translation>
    </message>
    <message>
        <source>The system keeps your key in a key chain that has not been unlocked.</source>
        <translation>系统把你的密钥保存在尚未解锁的钥匙串中。</translation>
    </message>
    <message>
        <source>Unlock it, then try again.</source>
        <translation>请解锁后重试。</translation>
    </message>
    <message>
        <source>The key chain does not answer</source>
        <translation>钥匙串没有响应</translation>
    </message>
    <message>
        <source>The system&apos;s key chain was asked for your key and stayed silent.</source>
        <translation>已向系统钥匙串索取密钥，但没有回音。</translation>
    </message>
    <message>
        <source>Try again, or enter the key for this run.</source>
        <translation>请重试，或为本次运行输入密钥。</translation>
    </message>
    <message>
        <source>The key chain could not be used</source>
        <translation>无法使用钥匙串</translation>
    </message>
    <message>
        <source>The system&apos;s key chain reported an error.</source>
        <translation>系统钥匙串报告了错误。</translation>
    </message>
    <message>
        <source>Your texts were written by a newer Quillpane</source>
        <translation>你的文字由更新版本的 Quillpane 写成</translation>
    </message>
    <message>
        <source>This version cannot read them and leaves the file untouched.</source>
        <translation>此版本无法读取，文件保持原样。</translation>
    </message>
    <message>
        <source>Install the newer version. What you write now is not kept.</source>
        <translation>请安装更新的版本。现在写的内容不会保存。</translation>
    </message>
    <message>
        <source>The file with your texts is damaged</source>
        <translation>保存文字的文件已损坏</translation>
    </message>
    <message>
        <source>It could not be read, and it was left untouched.</source>
        <translation>它无法读取，保持原样未动。</translation>
    </message>
    <message>
        <source>Restore it from a backup. What you write now is not kept.</source>
        <translation>请从备份恢复。现在写的内容不会保存。</translation>
    </message>
    <message>
        <source>The disk does not take your texts</source>
        <translation>磁盘无法保存你的文字</translation>
    </message>
    <message>
        <source>Writing or reading the file with your texts failed.</source>
        <translation>读写保存文字的文件失败。</translation>
    </message>
    <message>
        <source>Check the disk and its permissions; the text on the screen can still be copied.</source>
        <translation>请检查磁盘及其权限；屏幕上的文字仍可复制。</translation>
    </message>
    <message>
        <source>This server does not tell a balance</source>
        <translation>此服务器不提供余额</translation>
    </message>
    <message>
        <source>It has no page for it, or the key may not see it.</source>
        <translation>它没有相应的接口，或该密钥无权查看。</translation>
    </message>
    <message>
        <source>Look at the provider&apos;s own pages.</source>
        <translation>请到服务商的网页上查看。</translation>
    </message>
    <message>
        <source>This run would cross the month&apos;s limit</source>
        <translation>本次运行会超出本月限额</translation>
    </message>
    <message>
        <source>Nothing was sent, and nothing was charged.</source>
        <translation>没有发送任何内容，也没有计费。</translation>
    </message>
    <message>
        <source>Ask for a shorter answer, or raise the limit of this connection.</source>
        <translation>请要求更短的回答，或提高此连接的限额。</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>磁盘已满</translation>
    </message>
    <message>
        <source>What is written now cannot be saved.</source>
        <translation>现在写的内容无法保存。</translation>
    </message>
    <message>
        <source>Free some space; the text on the screen can still be copied.</source>
        <translation>请腾出一些空间；屏幕上的文字仍可复制。</translation>
    </message>
    <message>
        <source>No server takes one of these settings</source>
        <translation>其中一项设置没有服务器会接受</translation>
    </message>
    <message>
        <source>Set the parameters back to neutral, then run again.</source>
        <translation>请把参数恢复中性值，然后再运行。</translation>
    </message>
    <message>
        <source>Check the proxy settings of the connection and of the system.</source>
        <translation>请检查连接和系统的代理设置。</translation>
    </message>
    <message>
        <source>The proxy asks for a login</source>
        <translation>代理要求登录</translation>
    </message>
    <message>
        <source>It was given no name and password, or not the right ones.</source>
        <translation>没有提供用户名和密码，或者提供的不正确。</translation>
    </message>
    <message>
        <source>Enter the proxy&apos;s name and password in the connection.</source>
        <translation>请在连接设置中填写代理的用户名和密码。</translation>
    </message>
    <message>
        <source>This network wants you to log in first</source>
        <translation>当前网络要求先登录</translation>
    </message>
    <message>
        <source>Its own page answered in place of the server.</source>
        <translation>应答的是网络自己的页面，而不是服务器。</translation>
    </message>
    <message>
        <source>Open a page in the browser, log in there, then try again.</source>
        <translation>请在浏览器中打开任意网页并登录，然后重试。</translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation>出了点问题</translation>
    </message>
    <message>
        <source>This run was interrupted</source>
        <translation>本次运行被中断</translation>
    </message>
    <message>
        <source>Quillpane ended while it was being written. All that had come is kept.</source>
        <translation>书写过程中 Quillpane 意外结束。已收到的内容全部保留。</translation>
    </message>
</context>
<context>
    <name>RunList</name>
    <message>
        <source>Runs</source>
        <translation>运行记录</translation>
    </message>
    <message>
        <source>Every run is kept here with its settings. Nothing is ever overwritten.</source>
        <translation>每次运行连同其设置都保存在这里，从不覆盖。</translation>
    </message>
    <message>
        <source>Use its settings</source>
        <translation>使用它的设置</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>Runs</name>
    <message>
        <source>writing…</source>
        <translation>书写中…</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>回答长度上限</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation>候选数</translation>
    </message>
    <message>
        <source>Stop sequences</source>
        <translation>停止序列</translation>
    </message>
    <message>
        <source>Presence penalty</source>
        <translation>话题惩罚</translation>
    </message>
    <message>
        <source>Frequency penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
</context>
<context>
    <name>StepRow</name>
    <message>
        <source>Trust this company&apos;s certificate file…</source>
        <translation>信任公司的证书文件…</translation>
    </message>
    <message>
        <source>Open the network settings</source>
        <translation>打开网络设置</translation>
    </message>
    <message>
        <source>Open address and key</source>
        <translation>打开地址和密钥</translation>
    </message>
    <message>
        <source>Open the extra fields</source>
        <translation>打开附加字段</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>重新检查</translation>
    </message>
</context>
<context>
    <name>Stop</name>
    <message>
        <source>Natural end</source>
        <translation>自然结束</translation>
    </message>
    <message>
        <source>Stop sequence</source>
        <translation>停止序列</translation>
    </message>
    <message>
        <source>Natural end or stop sequence</source>
        <translation>自然结束或停止序列</translation>
    </message>
    <message>
        <source>Length limit</source>
        <translation>达到长度上限</translation>
    </message>
    <message>
        <source>Stopped by the server&apos;s filter</source>
        <translation>被服务器的过滤器中止</translation>
    </message>
    <message>
        <source>Cut off: the server gave no reason</source>
        <translation>被截断：服务器没有说明原因</translation>
    </message>
    <message>
        <source>Connection lost</source>
        <translation>连接中断</translation>
    </message>
    <message>
        <source>Stopped by you</source>
        <translation>已由你停止</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>已中断</translation>
    </message>
</context>
<context>
    <name>SupportBadge</name>
    <message>
        <source>refused</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>This server refuses this setting, so it is not sent.</source>
        <translation>此服务器拒绝这项设置，因此不会发送。</translation>
    </message>
    <message>
        <source>ignored</source>
        <translation>被忽略</translation>
    </message>
    <message>
        <source>This server takes this setting and does nothing with it.</source>
        <translation>此服务器接受这项设置，但不起作用。</translation>
    </message>
    <message>
        <source>Learnt on {day}.</source>
        <translation>于 {day} 得知。</translation>
    </message>
</context>
<context>
    <name>Switcher</name>
    <message>
        <source>Use “{name}” as the model&apos;s name</source>
        <translation>把“{name}”用作模型名称</translation>
    </message>
    <message>
        <source>Search connections and models, or type a model&apos;s name</source>
        <translation>搜索连接和模型，或输入模型名称</translation>
    </message>
    <message>
        <source>Search connections and models</source>
        <translation>搜索连接和模型</translation>
    </message>
    <message>
        <source>Connections and models</source>
        <translation>连接和模型</translation>
    </message>
    <message>
        <source>Connect a service…</source>
        <translation>连接服务…</translation>
    </message>
    <message>
        <source>Manage connections…</source>
        <translation>管理连接…</translation>
    </message>
</context>
<context>
    <name>WritePlace</name>
    <message>
        <source>Write the beginning of a text first.</source>
        <translation>请先写下文章的开头。</translation>
    </message>
    <message>
        <source>The answer was copied.</source>
        <translation>已复制回答。</translation>
    </message>
    <message>
        <source>Something went wrong inside Quillpane. Nothing that you wrote is lost.</source>
        <translation>Quillpane 内部出了问题。你写的内容没有丢失。</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>复制报告</translation>
    </message>
    <message>
        <source>about {count} tokens</source>
        <translation>约 {count} 个令牌</translation>
    </message>
    <message>
        <source>The run was deleted.</source>
        <translation>已删除这次运行。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Write the beginning of a text. The model goes on where you stop.</source>
        <translation>写下文章的开头，模型会从你停下的地方接着写。</translation>
    </message>
    <message>
        <source>The prompt ends with a space; models usually go on better without it.</source>
        <translation>提示词以空格结尾；去掉它，模型通常写得更好。</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>去掉</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行记录</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
</context>
</TS>
