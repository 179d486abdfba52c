"""What release managers write.

Each write is one transaction, and begins by taking the turn of the dataset: rules over several rows, such as one
download button for each operating system, are then as exact as those over one.
"""
