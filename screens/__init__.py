"""What a person sees: Flet views that read the core and call it, with no rules of their own."""
