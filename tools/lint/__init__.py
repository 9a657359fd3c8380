"""House rules that no general linter knows. `python -m tools.lint [paths]`, `--list` for why."""
