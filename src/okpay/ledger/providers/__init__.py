"""Who is told of checkpoints, so that somebody else can say later how the log stood."""
