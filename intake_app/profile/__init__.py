"""What a recipient gets: the profile, its document, and the summary that the resident confirms."""
