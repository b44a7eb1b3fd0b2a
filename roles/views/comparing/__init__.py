"""Pages that hold roles against each other, or what somebody can do against what a role needs."""
