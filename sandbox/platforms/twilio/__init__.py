"""Stands in for Twilio: SMS, MMS and WhatsApp."""
