"""Salesforce formulas, as far as validation rules and flow entry conditions of a package like ours need them."""
