"""The customer's app in the browser: pages, templates, styles. No rule of business lives here."""
