"""x"""
def run(bench): pass
