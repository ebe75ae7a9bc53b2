"""Sets of English words that the declared claims are put together from.

Each set is one kind of thing: partners, children, foods, stores, coupons. A claim names sets and
the words that join them, so a wording that nobody foresaw still meets its parts.
"""

from __future__ import annotations


def any_of(*comma_lists: str) -> str:
    """Return a regular expression for any of the words of comma-separated lists."""
    parts = [word.strip() for words in comma_lists for word in words.split(",")]
    return r"\b(?:" + "|".join(word.replace(" ", r"[ -]") for word in parts if word) + r")\b"


GAP = r"(?: [\w'$%-]+){0,%d}? "
MY = r"\b(?:my|her|his|our|their)\b"
"""A possessive that points to the persona."""
OWNED = (
    r"\b(?:my|her|his|our|their)\b(?: (?!and\b|or\b|with\b|neighbou?r|friend|sister"
    r"|brother|mother|father|mom|dad|parent|son|daughter|aunt|uncle|cousin)[\w-]+){0,2} "
)
"""A possessive and up to two adjectives; what somebody else owns starts with that person."""
SUBJECT = r"\b(?:i|we|she|he|i've|we've|she's|he's|i'm|we're)\b"

SPOUSE = any_of("husband,wife,hubby,spouse,wifey,missus,bride,groom")
PARTNER = any_of(
    "husband,wife,hubby,spouse,wifey,missus,bride,groom,partner(?! in crime),"
    "fianc[eé]e?,boyfriend,girlfriend,"
    "better half,significant other,other half,sweetheart,old man,old lady,live-in"
)
EX = r"\b(?:ex|ex-husband|ex-wife|ex-partner|former (?:husband|wife))\b"
CHILD = any_of(
    "kids?,kiddos?,child,children,sons?,daughters?,toddlers?,baby,babies,newborn,"
    "infant,twins,triplets,"
    "teens?,teenagers?,tweens?,little ones?,preschoolers?,kindergart[en]+ers?,first"
    " graders?,second graders?,"
    "third graders?,fourth graders?,fifth graders?,middle schoolers?,high schoolers?,"
    "grade schoolers?,youngsters?,"
    "rugrats?,boys,girls,brood,offspring,firstborn,little (?:boy|girl|guy|man),munchkins?,"
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen"
    r"|fourteen|fifteen|sixteen|"
    r"seventeen)[- ](?:year|month)s?[- ]olds?,youngest,oldest,eldest,middle child"
)
DOG = any_of(
    "dogs?,pup,pups,puppy,puppies,pooch,hound,mutt,beagle,labrador,lab mix,golden"
    " retriever,retriever,poodle,"
    "terrier,bulldog,dachshund,chihuahua,collie,corgi,shepherd mix,german shepherd,"
    "husky,pit bull,rottweiler,"
    "spaniel,greyhound,schnauzer,shih tzu,pomeranian,great dane,doodle,goldendoodle,labradoodle"
)
CAT = any_of("cats?,kitty,kitties,kitten,kittens,tabby,tomcat,siamese,calico,maine coon,persian")
OTHER_PET = any_of(
    "parrot,parakeet,budgie,canary,cockatiel,hamster,guinea pigs?,gerbil,rabbit,bunny,"
    "ferret,goldfish,"
    "aquarium,turtle,tortoise,iguana,gecko,snake,lizard,hens,chickens(?= in the)"
)
VEHICLE = any_of(
    "car,cars,truck,trucks,pickup,pickup truck,suv,minivan,van,sedan,hatchback,station"
    " wagon,wagon,jeep,subaru,"
    "honda,toyota,ford,chevy,chevrolet,prius,tesla,camry,corolla,civic,accord,f-150,"
    "silverado,outback,buick,"
    "dodge,nissan,hyundai,kia,volvo,bmw,audi,lexus,mazda,convertible,coupe,jalopy,"
    "clunker,beater,automobile,vehicle,vehicles,trunk,backseat"
)

MEAT = any_of(
    "meats?,beef,pork,bacon,ham,steaks?,chicken,turkey,lamb,veal,sausages?,salami,"
    "pepperoni,ribs,brisket,meatballs?,"
    "meatloaf,burgers?,hamburgers?,cheeseburgers?,hot dogs?,bratwursts?,brats,kielbasa,"
    "chorizo,fish,salmon,tuna,"
    "shrimp,prawns?,crab,lobster,cod,tilapia,trout,catfish,anchov(?:y|ies),sardines?,"
    "seafood,oysters?,clams?,"
    "prosciutto,jerky,wings,drumsticks?,thighs,deli meats?,cold cuts,pastrami,pulled"
    " pork,pot roast,roast beef,ribeye,"
    "sirloin,filet,t-bone,venison,duck,goose,carnitas,carne asada,barbacoa,al pastor,schnit"
    "zel,fried chicken,fish sticks,mackerel,halibut,swordfish,spare ?ribs,corned beef,groun"
    "d (?:beef|turkey|chuck),hot wings,carnivore,meat-eater,barbecue,"
    "bbq,sushi,rotisserie,pork chops?,"
    "bologna,hotdogs?,gyros?,nuggets"
)
DAIRY = any_of(
    "milk,cheese,cheeses,cheddar,mozzarella,parmesan,feta,brie,gouda,swiss,provolone,"
    "ricotta,yogh?urts?,butter,"
    "cream,ice cream,half and half,lattes?,cappuccinos?,whey,buttermilk,sour cream,"
    "cream cheese,cottage cheese,"
    "kefir,milkshakes?,custard,queso,mac and cheese,quesadillas?,pizza,lasagna,"
    "cheesecake,grilled cheese,alfredo,"
    "cheeseburgers?,gelato,whipped cream"
)
GLUTEN = any_of(
    "bread,breads,toast,pasta,bagels?,croissants?,sourdough,baguettes?,cookies?,cakes?,"
    "muffins?,crackers,cereal,"
    "flour tortillas,pizzas?,beer,wheat,rye,barley,couscous,donuts?,doughnuts?,pastry,"
    "pastries,noodles,spaghetti,"
    "macaroni,ramen,biscuits?,pretzels?,pancakes?,waffles?,brownies?,rolls,buns?,pie,"
    "pies,sandwich,sandwiches,"
    "naan,pita,flour,cinnamon rolls?,lasagna,seitan,soy sauce,ciabatta,focaccia,panko"
)
SUGAR = any_of(
    r"cand(?:y|ies),candy bars?,sodas?,pop,cola,coke,pepsi,mountain dew,dr pepper,"
    r"donuts?,doughnuts?,milkshakes?,"
    r"frosted \w+,sweet tooth,cupcakes?,cakes?,cookies,brownies,frosting,gummy \w+,"
    r"gummies,chocolate bars?,"
    r"syrup,sweet tea,sugary \w+,ice cream,pastries,cinnamon rolls?,fudge,caramels?,"
    r"lollipops?,jelly ?beans,"
    r"marshmallows?,sugar,slushies?,lemonade,pop-tarts?,pie,energy drinks?,frappuccinos?,chocolates"
)

PRICE = any_of(
    "price,prices,priced,price tags?,tags?,cost,costs,bill,total,receipt total,pennies,"
    "penny,cents?,dollars?,nickels?,"
    "dimes?,bucks?,budget,spending,unit price,price per \\w+,tab,amount,number on the "
    "(?:tag|screen|register),how much,damage"
)
COUPON = any_of(
    "coupons?,couponing,flyers?,fliers?,circulars?,weekly ads?,store ads?,sunday ads?,"
    "(?<!job )ads,sale paper,promos?,promotions?,"
    "promo codes?,deals?,bargains?,sales,markdowns?,discounts?(?! (?:grocer|store|market|ch"
    "ain|supermarket)),discount codes?,"
    "rebates?,specials,inserts?,clearance,bogo,vouchers?,mailers?"
)
STORE_BRAND = (
    r"\b(?:store|house|own|in-house|off)[- ](?:brand|label)s?\b|\bstore's own\b|\bown "
    r"(?:label|brand)\b|"
    r"\b(?:generics?|private[- ]labels?|no-name|knock-?offs?|off-brands?|generic "
    r"(?:brand|label|version)s?|"
    r"(?:store|generic|house)[- ](?:version|stuff)|kirkland|great value)\b|"
    r"\b(?:club|market|chain|grocer)'s own\b"
)
NAME_BRAND = (
    r"\b(?:name|national|brand|big|famous|premium|top)[- ](?:name|brand|label)s?\b|\bthe"
    r" real (?:thing|brand)\b"
)
LOYALTY = (
    r"\b(?:(?:loyalty|rewards?|store|member(?:ship)?|club|points|savings|shopper'?s?"
    r"|discount|plus|grocery)[- ](?:cards?|"
    r"program|club|account|number|app|member(?:ship)?)|(?:loyalty|reward|rewards|fuel"
    r"|bonus|member) points|rewards?(?= at the)|"
    r"points on (?:my|her|his) \w+|member(?:ship)? (?:price|discount)s?|key (?:tag|fob))\b"
)

SUPERMARKET = any_of(
    "supermarkets?,kroger,safeway,publix,wegmans,albertsons,giant eagle,food lion,stop"
    " and shop,h-e-b,shoprite"
)
SUPERCENTER = any_of(
    "supercent(?:er|re)s?,superstore,big-box(?: \\w+)?,walmart,wal-mart,target,meijer,"
    "super ?target,hypermarket"
)
CLUB = any_of(
    "warehouse clubs?,wholesale clubs?,costco,sam's club,sam's,bj's,warehouse store,"
    "buying club,membership club,club store"
)
DISCOUNT = any_of(
    "discount (?:grocer|grocery|store|market|supermarket|chain)s?,(?:discount|no-frills"
    "|bargain) (?:grocery store|food store|outlet),"
    "aldi,lidl,dollar (?:store|general|tree),grocery outlet,save-a-lot,no-frills \\w+,"
    "discounter,winco,salvage grocer"
)
NATURAL = any_of(
    "(?:natural|health|organic|whole) foods?(?: (?:store|shop|market|grocer|co-op))?,"
    "organic (?:market|grocer|grocery|store|shop|co-op),food co-op,co-op,whole foods,"
    "sprouts farmers market,"
    "natural (?:grocer|grocery|market)\\w*,health store,wholefoods"
)
ELSEWHERE = any_of(
    "corner store,bodega,convenience store,gas station,farmers?'? markets?,farm stand,"
    "drugstore,drug store,"
    "7-eleven,mini-mart,butcher shop,department store,mall,deli counter down the"
    " street,specialty shop,gourmet shop,trader joe's"
)
ONLINE = (
    r"\b(?:online|instacart|amazon fresh|doordash|deliver(?:y|ed|ies|s)|drop(?:s|ped)? "
    r"(?:it |them |everything |the \w+ )?"
    r"(?:off )?(?:at|on) (?:my|her|his|our|the) (?:door|porch|doorstep|stoop|step)|(?:my"
    r"|her|his|our|the) (?:door|porch|"
    r"doorstep|doormat|front step|stoop|front door)|web ?site|browser|laptop|from (?:my"
    r"|her|his|the) (?:couch|sofa|bed|phone)|"
    r"couple of clicks|a few clicks|(?:few|couple) taps|click(?:s|ed|ing)? (?:order|buy"
    r"|add|checkout|through)|virtual cart|shopping app|"
    r"order (?:comes|arrives|shows up|lands)|the app)\b"
)
IN_STORE = (
    r"\b(?:aisles?|shopping cart|push(?:es|ed|ing)? (?:a|my|her|his|the) cart|check-?out"
    r" (?:line|lane|lady|guy|counter|"
    r"clerk)|self-?checkout|cashiers?|in line|in the line|the register|in person"
    r"|in-person|parking lot|parking spot|walk(?:s|ed|ing)? "
    r"(?:in|into|to|over to|through|the aisles)\b[^.;!?]{0,20}?\b(?:store|market"
    r"|supermarket|shop|grocery|aisles)|"
    r"(?:go|goes|went|going|drives?|drove|heads?|run|runs|swings?|stops?|pops?|trip"
    r"|trips|walks?) (?:\w+ )?(?:in|into|to|over to|by|down to|out to) "
    r"(?:the|my|her|his|our) (?:[\w-]+ ){0,2}(?:store|supermarket|market|grocery|shop"
    r"|grocer|produce (?:section|aisle)))\b"
)
