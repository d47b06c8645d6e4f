"""The stand-in for Twilio: SMS, MMS and WhatsApp."""
