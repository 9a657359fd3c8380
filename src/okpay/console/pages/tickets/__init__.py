"""Tickets of customers: the list, one ticket, answering and closing."""
