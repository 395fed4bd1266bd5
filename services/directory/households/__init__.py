"""Who lives together: how many adults, which ages of children, which participants; for her and her registrar alone."""
