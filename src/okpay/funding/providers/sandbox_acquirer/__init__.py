"""The sandbox acquirer: a card company in a box, over HTTP."""
