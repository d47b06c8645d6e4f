"""Talks by SMS, MMS and WhatsApp through Twilio: two channels of one provider, with its library."""
