"""What is published: drawn up by one, read by a second, frozen, certified, the same again from its inputs. (STAT-2)"""
