"""SMS, MMS and WhatsApp by Twilio: two channels of one provider, with its library for signatures and calls."""
