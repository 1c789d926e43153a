"""The figures of Quillpane, each measured against a floor in the same run: `python packaging/bench --help`.

One module a figure: startup, streaming, pace, latency, memory. What is measured runs in processes of its own: the
programs `window_floor` and `stream_floor` do the least that could be done, `window_program` and `stream_program` drive
the real window. `relay` serves the text; `probes` is what the programs measure with; `figures` is what comes out.
"""
