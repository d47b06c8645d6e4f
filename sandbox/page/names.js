// What channels are called.

export const CHANNELS = { whatsapp: "WhatsApp", messenger: "Messenger", telegram: "Telegram", sms: "SMS", twilio_whatsapp: "WhatsApp (Twilio)" };
