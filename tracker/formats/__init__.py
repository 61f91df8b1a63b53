"""How each language writes dates: a package for each with `formats.py`, as FORMAT_MODULE_PATH of the settings has it."""
