"""Tests what must never be missed in English: dangers, wishes for a person, STOP, refusals; and no false alarm."""

import pytest

from flows.engine.flowset import FlowSet
from flows.understanding.reading import Outcome

SAFETY = """
the iron zapped me
your toy's paint is peeling and my baby ate it
the blender's blade came off and sliced my palm
after one use of the serum i had hives all over my neck
my laptop charger is sparking!!
flames came out of the toaster
got a bad burn from the hot water bottle
hot water bottle burst and scalded my stomach
the candle glass shattered and cut my hand
there's smoke coming out of the microwave
my wife had to go to a&e because of your product
a small magnet came loose and my toddler put it in his mouth
the e-scooter's battery went up in flames
I feel dizzy from the fumes of the mattress
my eyes are burning since i used the mascara
the bed broke and i hurt my back
the cot is unsafe, my baby almost got strangled
product is a fire risk
we found a needle in the pillow
my cat died after eating your food
the stroller wheel came off while i was crossing the road with my baby
the pan handle fell off with boiling oil in it
my throat closed up after eating the bar, i am allergic to peanuts and it wasn't on the label
I can smell gas from the heater you sold me
the phone got super hot and the back popped open
i'm bleeding because of the broken glass in the parcel
sunscreen caused chemical burns on my kid
choking on a piece of plastic in my soup
the socket blew and tripped the power in the whole house
i don't want to live anymore
the kettle gave me an electric shock this morning
my daughter cut her finger on the toy you sold us
the charger started smoking in my bedroom
your power bank exploded on my desk
the hairdryer caught fire while i was using it
i got burned by the pan handle
the cream gave me a nasty rash
my face is swollen after using your mask
my son swallowed a battery from the toy
we ended up in the hospital because of this toaster
the battery is bulging and i am scared to touch it
there was glass in the jam
the chair collapsed while my mother was sitting on it
i had an allergic reaction to the lotion
the plug is melting
smells like burning when i turn it on
the heater sparks when i plug it in
food poisoning from your salmon
the brakes failed on the bike and i fell
i feel like killing myself
everyone got sick after eating the chicken
the laptop gets so hot it burned my leg
this toy is dangerous, a part came off in my baby's mouth
my skin is burning from the shampoo
blew up in my hands
the ladder snapped while i was on it
i found a piece of metal in the bread
it nearly burned our house down
my dog was poisoned by the treats
i can't breathe properly since i sprayed it
"""
LEGAL = """
my husband is an attorney and he says you're liable
you leave me no choice but to sue
I'm contacting consumer protection
I will escalate it to the regulator
i'm considering legal options
I have consulted legal counsel
this violates consumer law
i'll take you to the small claims tribunal
My solicitor's letter is on its way
refund me or I'll see you in court
I'll involve the authorities
i'm gonna report you guys to the bbb
going to file a police report
Under EU law I have a 14 day right of withdrawal and you are breaking it
you'll be hearing from my legal team
I'll go public with this on tv
i will be filing a formal complaint with the attorney general
lawyers will deal with this from now on
this is theft and I'm calling the police
trading standards will be interested in this
i will be speaking to a solicitor
you will hear from my lawyer
i'm going to sue you
see you in court then
i am taking this to small claims court
next step is legal action
i've reported you to trading standards
i will file a complaint with the bbb
expect a letter before action
i know my consumer rights
this is illegal and you know it
you are in breach of contract
going to the newspapers with this
i will contact the ombudsman
my attorney advised me to write to you
i'll report you to the consumer protection agency
filing a lawsuit tomorrow
i'm going to the police about this
under the consumer rights act i am entitled to a refund
we will take you to court
the ftc will hear about this
i want compensation or i get lawyers involved
my legal team will be in touch
this is my final notice before legal proceedings
i've contacted citizens advice
a reporter from the local paper is interested, i will talk to the press
"""
FRAUD = """
i see two payments that aren't mine
somebody's been using my card at your store
i've no idea what this charge is, i never shopped here
a purchase was made on my card that i know nothing about
a package came that i never ordered and my card was charged
i think my account's been compromised
I got a text saying it's from you asking for my bank details
my bank says your charge is fraudulent
hacker changed my email on the account
not me who ordered this, cancel and refund
who bought something with my credit card?
is this message really from doorstep? looks like a scam
the bag is a fake
i'll ask my bank to reverse the charge
i'm going to dispute it with visa
I've received an invoice for something I never bought
there are orders in my account that I didn't make
my son's card was used without permission
money was taken from my account and i've never ordered here
there's a login from russia in my account
I lost my wallet and someone's been ordering from your shop
somebody opened an account in my name
someone used my credit card on your site
i don't recognise this charge from you
there's a charge on my card i never made
i didn't place this order
i never bought anything from you but you charged my card
my account was hacked
somebody ordered stuff in my name without my permission
unauthorised payment of 200 dollars
i will do a chargeback
i am disputing the charge with my bank
my card was stolen and used in your shop
a stranger is using my account
i got a phishing email pretending to be you
you sold me a fake
these are counterfeit
there is a transaction i did not authorize
i think this is fraud
i've been scammed by a website pretending to be doorstep
unknown charge on my statement
who placed an order with my paypal
someone logged into my account and changed the address
i got an order confirmation but i never ordered anything
my gift card was used by someone else
your shop charged me without my consent
my identity was stolen
is this text really from you, it asks for my card number
"""
PRIVACY = """
why am i seeing a stranger's order in my account
i got an email with another customer's address in it
you've given my phone number to a third party
your courier shared my address in a whatsapp group
where did you get my phone number from?
my data was leaked
has there been a data leak at your company
you have no right to share my email
i didn't consent to you processing my data
please tell me which personal data you store
stop sharing my data
you're violating gdpr
I want to make a gdpr complaint
do you give my details to anyone else
you're selling my email address, i get spam since i ordered
i keep getting spam calls since i gave you my number, did you sell it
i was shown somebody else's card details
my name and address were published in your review section
i'm concerned about how you handle my personal information
your employee looked up my address and texted me
the driver is texting me privately, he got my number from the parcel
you leaked my data
i can see another customer's details in my account
you sent me someone else's invoice
how did you get my number
who gave you my email address
you sold my information to advertisers
my email was in a data breach
this violates my privacy
i want to speak to your data protection officer
why is my address visible online
what information do you hold on me
you shared my phone number with strangers
your driver posted my address on facebook
subject access request
a gdpr breach has happened here
my details were sent to the wrong person
how is my data used
stop tracking me
someone else got my personal details from you
you used my photo without my consent
do you sell my data to third parties
i never gave you permission to share my details
who has access to my data
is my personal data safe with you
my invoice was emailed to a stranger, that's my name and address shown to someone
another person can see my orders
"""
ANGER = """
I AM FURIOUS
what kind of clown company is this
this company is a joke
you're the worst
i'm losing my patience with you
absolutely disgusted with your service
you guys suck
get stuffed
are you taking the piss
i want to scream, you are so incompetent
you're wasting my time
never again
you have ruined christmas, thanks a lot
rubbish company
i'm beyond frustrated
what a load of crap
f*** you
you robbed me
unbelievable. just unbelievable
i'm done with you people
this is an absolute disgrace
you are the most incompetent shop on earth
total bs
shove your shoes up your arse
what the heck is wrong with you people
sort your shit out
i'm so mad
disgraceful treatment of a loyal customer
go screw yourselves
lying thieves
this is ridiculous
you are all useless
what a joke of a company
worst customer service ever
i am absolutely furious
fuck this
you people are thieves
you're a bunch of clowns
i'm so angry right now
i will never order from you again
are you kidding me
bloody useless the lot of you
your service is pathetic
shame on you
i feel ripped off
stop lying to me
i'm sick of your excuses
i'm fed up with this
your company is a disgrace
this is bullshit
you should be ashamed of yourselves
i hate your shop
you've lost a customer
absolute shambles
how dare you treat people like this
what the hell is wrong with you
you scammed me
i've had enough of this nonsense
livid is not the word
"""
REPEAT = """
asked this 4 times now
this is my 3rd message
no one is responding to my emails
i still have not had a response
why are you ignoring my messages
i have asked again and again
been waiting a week for a reply
i have emailed, called and messaged, nothing
have you even read my last email?
as i already told your colleague last week
still nobody has contacted me
i'm writing yet again about the same order
how often do i need to ask
i've been going round in circles with your support
contacted you on monday, still nothing
please answer me, i have been waiting for days
nobody got back to me
i've called 6 times
multiple emails and not one answer
third email in a row without a reply
i already wrote you two weeks ago about this
every time i get a different agent and have to start over
i've been on this for weeks and nobody helps
you never answer your phone
hello??? i wrote you this 3 days ago
this is the third time i'm writing
i've emailed you five times already
nobody ever answers
still no reply from you
how many times do i have to explain this
i have already contacted support twice
i wrote to you last week and no answer
you keep ignoring me
why does nobody reply
for the tenth time, where is my order
my emails go unanswered
i've been trying to reach you for days
i keep asking and nobody helps
haven't heard back from you
i called yesterday but nobody called me back
i've sent three messages about this
i have to repeat myself every time
i'm being passed around between departments
i never got a response to my last email
you promised to call me back and never did
still waiting for an answer
second time i am asking this
i have been chasing this for weeks
me again about the same issue
no one has gotten back to me
already explained this to your colleague yesterday
can't get through to anyone
"""
ORDINARY = """
where can i buy fireworks
does the phone overheat when gaming
i burned the candle and it smells great, want another
can i return a gift from my sister
do you ship to a military hospital
the shade burnt orange please
i want the shirt in shocking pink
is the charger fast
my kid loves the toy, can i order again
does it shock absorb
i'd like the police car toy
the court shoes are too small
is the lawyer costume in stock
does your app share my location with the courier
can you share my order with my wife
my daughter is allergic to wool, which sweater is better
does the balm help with burns
my order has not moved since last week
i have been waiting for my parcel for days
i tried twice to pay
the same shirt again please
i called the courier and he said tomorrow
can you call me back
what is the last day to return
second time lucky, the code works now
third order this month, any loyalty bonus
still no parcel
nobody delivered anything
no answer at the door, can you redeliver
i'm annoyed that it is late
is this a scam
the quality is awful
the colour is horrible
it was left in the rain and the box is ruined
worst case can i cancel
i'm mad about your shoes
damn good coffee, i want more
hell of a deal, is it still on
my payment was declined by my bank
does the mask have a rash guard
do you sell swimming rash guards
what data cable does it use
what information do you need to find my order
how did you get my parcel so fast, wow
my account shows the wrong name
someone else can pick up the parcel for me
i sent two emails with photos
i ordered two and got one
i want to be forgotten
delete my data under gdpr
please delete my account and all my data
the packaging was ridiculous
this isn't the one i ordered
i didn't order this colour, i ordered blue
does it contain nuts
allergy info for the cookies please
is it suitable for people with a nut allergy
do you have it in fire red
that's a killer price
do you have smoked salmon
where is my smoke grey jacket
is the jacket fire resistant
do you sell fire tv sticks
exploding kittens, is it in stock
are the tennis court shoes in stock
my name is sue
please deliver it to sue at number 4
a gift for my lawyer friend, any ideas
do you have a french press
how hot does the kettle get
is it dangerous for cats
is this lotion poisonous for dogs
the shoes hurt my feet, can i swap them
what size did i order last time
reorder the same coffee as last time
can someone tell me where my parcel is
this is the second time i order from you, love it
do you have hospital bags
my mum is in hospital, can you deliver it there
the sleeve ripped off when i put it on
the label was ripped
can i use two cards
do you store my card
how do i update my card details
please pass my number to the driver
please give my address to the courier
i gave the wrong address
i got someone else's order
the parcel has another person's name on it
nobody was home when the courier came
no one is home tomorrow
is this real leather or fake leather
i am disappointed with the quality
the delivery driver was rude
my order is late again
it's crap at holding a charge
does the battery come charged
my headphones only work on one side
the phone won't charge
the kettle leaks
can the cream be used on burns and dry skin
are batteries included
is it safe for children
how do i change my password
i can't log in
there is a scratch on the table
the vase was smashed
do you price match
how many times can i use the code
is the book about a lawyer in paris in stock
do you have angry birds toys
never mind the last message
can i get it again in red
i want to order again
what time does the shop open again
do you have hot sauce
wrong shade of lipstick came
my code does not work
"""
PERSONS = """
can i talk to a human
let me speak with your manager
i want a real person
put me through to customer service
get me a human
connect me with an agent please
is there a real person i can chat with
i'd rather talk to a person
transfer me to someone who can help
agent!!!
representative
human pls
can someone call me
please call me back
what's your phone number
i need to speak to somebody about my bill
i don't want to talk to a bot
stop the bot, give me a person
could one of your colleagues look into this
is anyone from support available
i want to speak to whoever is in charge
give me a supervisor
live chat please
i would like to chat with a live agent
escalate this please
hand me over to your team
i need human help
can i have a callback
no bots, a person please
this chatbot is useless
how do i reach a human
can an employee answer me
speak to sales
someone from your team needs to call me
i want to talk to the owner
talk to an actual human being
do you have any humans working there
can i get somebody to talk to
i demand to speak to a manager
let me chat with a member of staff
why can't i talk to a person
ask your boss to contact me
operator please
"""
NO_PERSONS = """
ask the courier to call me before delivery
please call me when you are downstairs
i want to give someone a present
leave it with someone at reception
i don't want a robot vacuum
change my phone number
do you have support bras
i need a present for someone special
can i send it to a person in spain
i don't need a human
is it for two people
how many people does the tent sleep
can someone else pick up my parcel
no need for an agent
"""
STOPS = """
stop texting me
please stop messaging me
no more ads
don't message me again
take me off your mailing list
remove my number from your list
unsubscribe me please
opt me out
i don't want to receive your newsletter
i no longer want your promotional messages
stop these notifications
turn off the marketing messages
quit sending me offers
i do not wish to be contacted
never text me again
enough of your ads
leave me alone
stop spamming me
too many messages, stop
i never signed up for these texts
how about no more newsletters from you
please don't send me any more emails
unsubcribe
i don't want to hear from you again
"""
NO_STOPS = """
don't ship it if not packed yet
please stop my order before it ships
don't send me the replacement
stop sending me the wrong size
remove my name from the parcel
remove the scarf from my order
i don't want to receive it on friday
don't call me before nine
no more than two please
don't stop sending me offers
does it stop working below zero
take the socks off my order
"""
REFUSED = [
    ("please don't cancel my order", "cancel_order"),
    ("i never said i want to cancel", "cancel_order"),
    ("no need to cancel anything", "cancel_order"),
    ("i am not asking to cancel my order", "cancel_order"),
    ("we don't want to cancel the order", "cancel_order"),
    ("dont cancel it", "cancel_order"),
    ("the address is right, don't change it", "change_address"),
    ("you do not need to update my address", "change_address"),
    ("please don't change my delivery address", "change_address"),
    ("no gift wrap needed", "gift"),
    ("gift wrapping is not necessary", "gift"),
    ("it is not a gift", "gift"),
    ("please don't delete my account", "data_erase"),
    ("i do not want my data erased", "data_erase"),
    ("keep tuesday, don't move the delivery", "reschedule_delivery"),
    ("please do not reschedule my delivery", "reschedule_delivery"),
    ("i don't need an invoice", "invoice"),
    ("no receipt needed", "invoice"),
    ("i don't want to return it", "return_item"),
    ("i'm not looking for a refund", "return_item"),
    ("i won't return the shoes", "return_item"),
    ("a refund is not necessary", "return_item"),
    ("no exchange please, i like it", "exchange_item"),
    ("i would not like to exchange it", "exchange_item"),
    ("i am not going to buy it", "place_order"),
    ("please don't add anything to my order", "change_items"),
    ("i don't want to change my order", "change_items"),
    ("i don't need to talk to a person", "human"),
    ("please don't unsubscribe me", "unsubscribe"),
    ("i don't want to complain", "complaint"),
]
WANTED = [
    ("i don't know how to cancel my order", "cancel_order"),
    ("the app does not let me cancel my order", "cancel_order"),
    ("it doesn't fit i want to return it", "return_item"),
    ("i don't need it anymore, cancel my order", "cancel_order"),
    ("not happy with it, i want to return it", "return_item"),
    ("can't find my invoice", "invoice"),
]


def each(text: str) -> list[str]:
    """Lists the messages of a text, one a line."""
    return text.strip().split("\n")


RISKS = [
    *((said, "safety") for said in each(SAFETY)),
    *((said, "legal") for said in each(LEGAL)),
    *((said, "fraud") for said in each(FRAUD)),
    *((said, "privacy") for said in each(PRIVACY)),
    *((said, "anger") for said in each(ANGER)),
    *((said, "repeat_contact") for said in each(REPEAT)),
]


@pytest.mark.parametrize(("text", "risk"), RISKS)
def test_a_risk_is_found(flows: FlowSet, text: str, risk: str) -> None:
    assert flows.interpreter.read(text).risk == risk


@pytest.mark.parametrize("text", each(ORDINARY))
def test_an_ordinary_message_alarms_nobody(flows: FlowSet, text: str) -> None:
    assert flows.interpreter.read(text).risk == ""


@pytest.mark.parametrize("text", each(PERSONS))
def test_a_wish_for_a_person_is_heard(flows: FlowSet, text: str) -> None:
    reading = flows.interpreter.read(text)
    assert (reading.outcome, reading.intent) == (Outcome.ACCEPT, "human")


@pytest.mark.parametrize("text", each(NO_PERSONS))
def test_another_person_is_no_wish_for_one(flows: FlowSet, text: str) -> None:
    assert flows.interpreter.read(text).intent != "human"


@pytest.mark.parametrize("text", each(STOPS))
def test_a_wish_to_hear_no_more_is_heard(flows: FlowSet, text: str) -> None:
    reading = flows.interpreter.read(text)
    assert (reading.outcome, reading.intent) == (Outcome.ACCEPT, "unsubscribe")


@pytest.mark.parametrize("text", each(NO_STOPS))
def test_a_stop_to_something_else_stops_no_messages(flows: FlowSet, text: str) -> None:
    assert flows.interpreter.read(text).intent != "unsubscribe"


@pytest.mark.parametrize(("text", "intent"), REFUSED)
def test_a_refused_wish_is_not_carried_out(flows: FlowSet, text: str, intent: str) -> None:
    assert flows.interpreter.read(text).intent != intent


@pytest.mark.parametrize(("text", "intent"), WANTED)
def test_a_not_beside_a_wish_does_not_refuse_it(flows: FlowSet, text: str, intent: str) -> None:
    reading = flows.interpreter.read(text)
    assert intent in (reading.intent, *(each.intent for each in reading.candidates[:1]))
