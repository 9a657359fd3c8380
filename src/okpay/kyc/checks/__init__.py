"""What a program can tell about a document: pure functions over texts and pictures."""
