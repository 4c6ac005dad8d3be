"""What organizations of 100 to 10,000 accounts in four regions take: time, calls, memory, money."""
