an error
