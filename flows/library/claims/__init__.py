"""Takes what is our mistake: damaged, faulty, wrong or missing."""
