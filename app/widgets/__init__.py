"""What is seen and touched: QtWidgets, no coroutines, no services."""
