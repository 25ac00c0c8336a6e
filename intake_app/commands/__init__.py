"""Commands that need the core alone; those that compose all of it are in `intake_app.cli`."""
