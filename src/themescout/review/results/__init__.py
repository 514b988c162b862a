"""What the decisions amount to: tables, framework matrix, and interviews with their codes."""
