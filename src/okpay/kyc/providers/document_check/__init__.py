"""A verifier of the usual commercial shape: applicant, documents, check, report."""
