"""The screens: each asks the center for acts and shows what comes back."""
