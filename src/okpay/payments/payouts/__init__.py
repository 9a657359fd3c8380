"""Pay many at once: a file of lines, each with its own name, outcome and record.

`wishes` reads and checks lines, `csv_file` the file, `store` keeps them, `running` gives them to
the engine, `queries` shows them.
"""
