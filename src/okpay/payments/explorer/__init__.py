"""Read the book as staff do: accounts, transfers, holds, batches. Nothing here writes."""
