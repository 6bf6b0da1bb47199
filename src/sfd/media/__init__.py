"""Pictures, film and sound: drawing, animatics, cuts, subtitles, and checking that a file is what it says."""
