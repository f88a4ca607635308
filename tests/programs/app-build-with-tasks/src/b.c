int b
