"""The notifier: takes what is owed from the ledger, writes it as mail or SMS, and hands it to a server."""
