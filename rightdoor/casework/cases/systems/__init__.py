"""Which systems a young person is with: answers by the state's list, each sealed in its own class. (CASE-1)"""
