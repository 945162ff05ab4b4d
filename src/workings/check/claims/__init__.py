"""A person's lines → claims, judged: what each line speaks of, what each of its sides says, and what is known after it.

walk          line by line, through the whole page
left          what a line speaks of: a derivative, a name, a function, a step
sides         each side against that: expressions, numbers, steps
known         what is known at a line: the network, the names that the person brought in, the numbers given
"""
