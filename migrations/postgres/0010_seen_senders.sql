-- Earlier mails of an address that were filed: asked for every mail that comes.
CREATE INDEX message_of_sender ON message (from_address) WHERE state = 'filed';
