"""Text that people write: safe types for it, and Markdown."""
