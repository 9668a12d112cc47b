#include "common/crypto/password_list.h"

#include "common/base/str.h"
#include "common/base/unicode.h"
#include "common/crypto/crypto.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define LONGEST 64

/* Lower case, in strcmp order (a unit test checks both): bsearch depends on it. */
/* clang-format off */
static const char *const common[] = {
    "!@#$%^&*", "!@#$%^&*(", "!@#$%^&*()", "!@#$1234", "!q2w3e4r", "!qaz2wsx", "!qaz@wsx", "0.0.0.000", "00000000", "000000000",
    "0000000000", "00001111", "01011900", "01011910", "01011960", "01011970", "01011975", "01011977", "01011978", "01011979",
    "01011980", "01011981", "01011982", "01011983", "01011984", "01011985", "01011986", "01011987", "01011988", "01011989", "01011990",
    "01011991", "01011992", "01011993", "01011999", "01012000", "01012001", "01012010", "01012011", "01020304", "01031988", "01061990",
    "01081989", "01091989", "01234567", "012345678", "0123456789", "02011980", "02011984", "02011985", "02011986", "02011987",
    "02011988", "02011989", "02021979", "02021981", "02021982", "02021983", "02021984", "02021985", "02021986", "02021987", "02021988",
    "02021989", "02031981", "02031982", "02031984", "02031985", "02031986", "02031987", "02041979", "02041981", "02041982", "02041983",
    "02041984", "02041985", "02041986", "02041987", "02041988", "02041989", "02051982", "02051983", "02051984", "02051986", "02051987",
    "02051988", "02051989", "02061980", "02061982", "02061983", "02061984", "02061985", "02061986", "02061987", "02061988", "02061989",
    "02071980", "02071981", "02071982", "02071984", "02071986", "02071987", "02071988", "02081977", "02081982", "02081984", "02081985",
    "02081986", "02081987", "02081988", "02081989", "02091980", "02091981", "02091983", "02091984", "02091985", "02091986", "02091987",
    "02101984", "02101985", "02101986", "02101987", "02101989", "03082006", "05051985", "05051987", "06061986", "08031986",
    "0987654321", "10011986", "10101010", "10203040", "1029384756", "11051987", "11110000", "11111111", "111111111", "1111111111",
    "11112222", "111222333", "11223344", "1122334455", "112233445566", "11235813", "1123581321", "12011987", "12021988", "12051988",
    "12121212", "1212121212", "12131415", "12312312", "123123123", "123123123123", "1232323q", "123321123", "1234!@#$", "12341234",
    "123412341234", "12344321", "123454321", "1234554321", "123456123456", "123456654321", "12345670", "12345677", "12345678",
    "123456780", "123456781", "123456788", "123456789", "1234567890", "1234567890a", "1234567890q", "1234567891", "12345678910",
    "123456789a", "123456789abc", "123456789m", "123456789o", "123456789q", "123456789qwe", "123456789s", "123456789z", "12345678a",
    "12345678abc", "12345678q", "12345678z", "12345679", "1234567a", "1234567q", "12345688", "123456987", "123456aa", "123456ab",
    "123456abc", "123456qw", "123456qwe", "123456qwerty", "12345abc", "12345abcd", "12345qwe", "12345qwert", "1234abcd", "1234asdf",
    "1234qwer", "1234rewq", "12365478", "123654789", "12369874", "123698745", "123789456", "123abc123", "123abc456", "123asd123",
    "123qq123", "123qwe123", "123qwe456", "123qweasd", "123qweasdzxc", "123qwerty", "12qw34er", "12qwaszx", "13041987", "13041988",
    "13131313", "13243546", "134679852", "135792468", "1357924680", "14141414", "14725836", "147258369", "147852369", "14789632",
    "147896325", "15051981", "15426378", "159357456", "159753456", "18436572", "192837465", "19411945", "1a2b3c4d", "1a2s3d4f",
    "1q2w3e4r", "1q2w3e4r!", "1q2w3e4r5", "1q2w3e4r5t", "1q2w3e4r5t6y", "1qa2ws3ed", "1qaz!qaz", "1qaz1qaz", "1qaz2wsx", "1qaz2wsx3edc",
    "1qaz@wsx", "1qaz@wsx3edc", "1qazxsw2", "1x2zkg8w", "1z2x3c4v", "20202020", "21031987", "21031988", "21212121", "22041987",
    "22222222", "23232323", "25802580", "26061987", "2wsx3edc", "2wsxzaq1", "31415926", "321654987", "33333333", "3edc4rfv", "44444444",
    "45454545", "456123789", "4815162342", "4rfv5tgb", "50cent50", "50spanks", "55555555", "66666666", "69696969", "73501505",
    "74108520", "741852963", "77777777", "78787878", "78945612", "789456123", "7894561230", "789456123a", "7ugd5hip2j", "87654321",
    "88888888", "8j4ye3uz", "9293709b13", "963852741", "987456321", "987654321", "9876543210", "98989898", "99999999", "999999999",
    "a11111111", "a1234567", "a12345678", "a123456789", "a1234567890", "a1b2c3d4", "a1b2c3d4e5", "a1s2d3f4", "aa112233", "aa123456",
    "aa12345678", "aaa11111", "aaaa1111", "aaaaaaaa", "aaaaaaaaa", "aaaaaaaaaa", "aaaabbbb", "aabb1122", "aabbccdd", "aardvark",
    "aaron123", "aassddff", "abc12345", "abc123456", "abc1234567", "abc123456789", "abc123abc", "abc123def", "abcabc123", "abcabcabc",
    "abcd123!", "abcd1234", "abcd1234!", "abcd12345", "abcd123456", "abcd4321", "abcdabcd", "abcdef12", "abcdef123", "abcdef123456",
    "abcdefg1", "abcdefg123", "abcdefgh", "abcdefghi", "abcdefghij", "aberdeen", "abigail1", "abnormal", "abraham1", "abrakadabra",
    "access123", "access14", "achilles", "acmilan1", "adgjmptw", "adidas123", "admin123", "admin123!", "admin1234", "admin12345",
    "admin123456", "admin2020", "admin2021", "admin2022", "admin2023", "admin2024", "admin2025", "admin888", "admin@123", "admin@1234",
    "adminadmin", "administrador", "administrator", "administrator1", "adrian123", "adventure", "adventure1", "aerosmith", "agent007",
    "airborne", "airforce", "airplane", "albatros", "albert123", "alberto1", "alejandr", "alejandra", "alejandro", "alejandro1",
    "aleksandr", "aleksandra", "alessandro", "alex1234", "alex12345", "alexande", "alexander", "alexander1", "alexander123", "alexandr",
    "alexandra", "alexandre", "alexandria", "alhamdulillah", "alison123", "allah123", "allison1", "alphabet", "amanda12", "amanda123",
    "amateurs", "amazon123", "amber123", "america1", "america123", "american", "american1", "americano", "amsterda", "amsterdam",
    "anaconda", "ananas123", "anastasi", "anastasia", "anastasiya", "andrea123", "andreas1", "andrew12", "andrew123", "android1",
    "andromed", "andromeda", "angel123", "angel1234", "angel777", "angela123", "angelbaby", "angeleyes", "angelica", "angelica1",
    "angelina", "angelina1", "angelito", "angels12", "anhyeuem", "animals1", "anna1234", "annabelle", "annie123", "anonymous",
    "anonymous1", "anthony1", "anthony12", "anthony123", "antonio1", "antonio123", "anything", "anything1", "apollo11", "apollo13",
    "apple123", "applepie", "apples12", "apples123", "aquarius", "aquarius1", "argentina", "argentina1", "aries123", "arizona1",
    "armagedon", "armstron", "arnold123", "arsenal1", "arsenal12", "arsenal123", "arsenal14", "arsenalfc", "arthur123", "as123456",
    "as12345678", "asd123123", "asd12345", "asd123456", "asd123asd", "asdasd123", "asdasdasd", "asdf1234", "asdf12345", "asdf4321",
    "asdf;lkj", "asdfasdf", "asdfasdf1", "asdfg123", "asdfgh01", "asdfgh12", "asdfgh123", "asdfghjk", "asdfghjk1", "asdfghjkl",
    "asdfghjkl1", "asdfjkl;", "asdfqwer", "asdfzxcv", "asdqwe123", "ashleigh", "ashley12", "ashley123", "aspirine", "assassin",
    "assassin1", "assassins", "asshole1", "asshole123", "asterix1", "atlantis", "austin123", "australi", "australia", "australia1",
    "autumn12", "autumn123", "autumn2021", "autumn2022", "autumn2023", "autumn2024", "autumn2025", "autumn2026", "avalanch",
    "avalanche", "avatar123", "aviation", "azerty12", "azerty123", "azerty1234", "azertyui", "azertyuiop", "azsxdcfv", "babe1234",
    "baby1234", "babyblue", "babyblue1", "babyboy1", "babyboy12", "babydoll", "babydoll1", "babyface", "babygirl", "babygirl1",
    "babygirl12", "babygirl123", "babygirl2", "babylon5", "babylove", "babyphat", "backdoor", "badass123", "badboy12", "badboy123",
    "badgirl1", "bailey12", "bailey123", "ballin12", "ballin123", "balloons", "banana12", "banana123", "bananas1", "bandit12",
    "bandit123", "barbados", "barcelon", "barcelona", "barcelona1", "barcelona10", "barefoot", "barney12", "bart1234", "baseball",
    "baseball1", "baseball12", "baseball123", "baseball2", "basketba", "basketball", "basketball1", "batman12", "batman123",
    "batman1234", "bayern123", "bcfields", "bearcats", "beatles1", "beatles123", "beatrice", "beautifu", "beautiful", "beautiful1",
    "beauty12", "beauty123", "beefcake", "believe1", "benfica1", "benjamin", "benjamin1", "benjamin123", "bergkamp", "berlin123",
    "bernardo", "besiktas", "bestfriend", "bestfriend1", "bestfriends", "bethany1", "bff12345", "bffforever", "bigballs", "bigbang1",
    "bigblock", "bigboy12", "bigdaddy", "bigdaddy1", "bigdog12", "biggie123", "bigmoney", "billybob", "billyboy", "binladen",
    "biology1", "birthday", "birthday1", "bismillah", "bismillah1", "bitch123", "bitches1", "biteme12", "biteme123", "blackberry",
    "blackbir", "blackbird", "blackcat", "blackcat1", "blackdog", "blackhaw", "blackhawk", "blackie1", "blackjac", "blackjack",
    "blackjack1", "blackops1", "blackout", "blackrose", "blacksabbath", "blackstar", "blackwhite", "blahblah", "blessed1", "blessed123",
    "blessing", "blessings", "blink-182", "blink182", "blink1822", "blizzard", "blizzard1", "blue1234", "blue12345", "bluebell",
    "blueberry", "bluebird", "blueeyes", "bluefish", "bluemoon", "bluesky1", "bobafett", "bobcats1", "bobdylan", "bollocks",
    "bond007007", "bonehead", "bonjour1", "bonjour123", "bonnie123", "bookworm", "boomboom", "boomer12", "boomer123", "borabora",
    "borussia", "boston12", "bowling1", "bradley1", "brandon1", "brandon12", "brandon123", "brasil123", "brazil123", "brian123",
    "brighton", "brittany", "brittany1", "broncos1", "broncos123", "brooklyn", "brooklyn1", "brother1", "brother123", "brothers",
    "brucelee", "bubba123", "bubblegum", "bubblegum1", "bubbles1", "bubbles12", "bubbles123", "buckeyes", "buckshot", "budapest",
    "buddy123", "buddy1234", "buddyboy", "budlight", "budweise", "budweiser", "bulldog1", "bulldogs", "bulldogs1", "bullfrog",
    "bullseye", "bullshit", "bullshit1", "bunghole", "bunny123", "business", "business1", "buster12", "buster123", "butter12",
    "buttercu", "butterfl", "butterfly", "butterfly1", "butterfly2", "butthead", "butthead1", "butthole", "cactus123", "cadillac",
    "caliente", "californ", "california", "california1", "caligula", "callofduty", "calvin123", "camaro123", "camaro69", "cambiami",
    "cameltoe", "cameron1", "camping1", "canada123", "cancer123", "candy123", "candyman", "cannabis", "capricorn", "capslock",
    "captain1", "captain123", "caramel1", "caramelo", "cardinal", "carlitos", "carlos12", "carlos123", "carolina", "carolina1",
    "caroline", "caroline1", "carpedie", "casanova", "casper12", "casper123", "cassandra", "catherin", "catherine", "catwoman",
    "cavalier", "cbr900rr", "cdtnkfyf", "celeste1", "celtic12", "celtic123", "cerberus", "cfitymrf", "chainsaw", "champion",
    "champion1", "champions", "changeit", "changeme", "changeme!", "changeme1", "changeme123", "changethis", "chargers", "charizard",
    "charles1", "charles123", "charlie1", "charlie12", "charlie123", "charlott", "charlotte", "charlotte1", "charlton", "checkers",
    "cheerleader", "cheese12", "cheese123", "cheeseburger", "cheesecake", "chelsea1", "chelsea12", "chelsea123", "chelseafc",
    "chemistry", "cherokee", "cherry12", "cherry123", "chester1", "chester123", "chevelle", "chevrole", "chevrolet", "chevy123",
    "cheyenne", "chicago1", "chicago123", "chicken1", "chicken12", "chicken123", "chickens", "children", "chipmunk", "chocolat",
    "chocolate", "chocolate1", "chocolate12", "chocolate2", "choochoo", "chopper1", "chris123", "chris1234", "chrisbln", "christ123",
    "christia", "christian", "christian1", "christin", "christina", "christine", "christma", "christmas", "christmas1", "christop",
    "christopher", "christopher1", "chrysler", "chuckles", "cinderella", "cinderella1", "cinnamon", "cinnamon1", "cisco123",
    "cisco1234", "cjkysirj", "clarinet", "class2010", "class2020", "class2024", "claudia1", "claymore", "clevelan", "clifford",
    "clippers", "clitoris", "cloud123", "clover12", "cnfybckfd", "coca-cola", "cocacola", "cocacola1", "cocacola123", "coconut1",
    "coffee12", "coffee123", "coldbeer", "college1", "college123", "colombia", "colombia1", "colorado", "colorado1", "coltrane",
    "columbia", "comanche", "commando", "company1", "company123", "computer", "computer1", "computer12", "computer123", "concorde",
    "concrete", "connect1", "consumer", "contrasena", "contraseña", "contraseña1", "cookie12", "cookie123", "cookie1234",
    "cookiemonster", "cookies1", "cookies123", "cooldude", "coolness", "cooper12", "cooper123", "cordelia", "corinthians", "corleone",
    "correcthorsebatterystaple", "corvette", "corvette1", "cosworth", "cougar12", "counterstrike", "courtney", "courtney1", "cowboy12",
    "cowboy123", "cowboys1", "cowboys123", "cowboys22", "cowgirl1", "coyote12", "crazy123", "crazybab", "crazyboy", "crazygirl",
    "creampie", "creative", "creative1", "cricket1", "cricket123", "cristian", "cristiano", "cristiano7", "cristina", "crjhgbjy",
    "crusader", "crystal1", "crystal123", "cupcake1", "cupcake123", "cuteness", "cutie123", "cutiepie", "cutiepie1", "cynthia1",
    "daddy123", "daddysgirl", "daisy123", "dakota123", "dallas123", "dance123", "dancer12", "dancer123", "dancing1", "daniel12",
    "daniel123", "daniel1234", "danielle", "danielle1", "danielle123", "dannyboy", "darkangel", "darkknight", "darklord", "darkness",
    "darkness1", "darkside", "darkstar", "darling1", "darthvader", "database", "daughter", "david123", "david1234", "dbrnjhbz",
    "deadhead", "deadpool", "deadpool1", "dearest1", "death123", "death666", "deathnote", "deathnote1", "december", "december1",
    "december12", "deepthroat", "deeznuts", "deeznutz", "default1", "default123", "defender", "deftones", "demo1234", "demodemo",
    "demon123", "denver123", "designer", "destiny1", "destiny12", "destiny123", "deutschland", "devil666", "devildog", "dfktynbyf",
    "diablo12", "diablo123", "diablo666", "diamond1", "diamond12", "diamond123", "diamonds", "dickhead", "dickhead1", "dietcoke",
    "digital1", "dilligaf", "dingdong", "dinosaur", "dirtbike", "discover", "discovery", "disney12", "disney123", "dkflbckfd",
    "dkflbvbh", "doberman", "doctor123", "dodgeram", "dodgers1", "doggies1", "doggy123", "doghouse", "dolphin1", "dolphin123",
    "dolphin7", "dolphins", "dolphins1", "dolphins13", "dominic1", "dominique", "doomsday", "dortmund", "doughboy", "dragon12",
    "dragon123", "dragon1234", "dragonba", "dragonball", "dragonball1", "dragonballz", "dragonfire", "dragonfly", "dragons1",
    "drowssap", "drpepper", "drummer1", "drums123", "dthjybrf", "dutchess", "dynamite", "eagles12", "eagles123", "earnhard", "eastside",
    "eastwood", "eclipse1", "edwardcullen", "einstein", "einstein1", "ekaterina", "eldorado", "electric", "electric1", "electron",
    "element1", "elephant", "elephant1", "elephant12", "elizabet", "elizabeth", "elizabeth1", "elizaveta", "eminem01", "eminem12",
    "eminem123", "eminem313", "emmanuel", "emmanuel1", "emperor1", "engineer", "engineer1", "engineering", "england1", "england123",
    "enterpri", "enterprise", "enterprise1", "ericsson", "eternity", "everton1", "everton123", "everything", "evolution", "example1",
    "example123", "excalibu", "excalibur", "exchange", "explorer", "explorer1", "explosion", "extreme1", "facebook", "facebook1",
    "facebook12", "facebook123", "faith123", "faithful", "falcons1", "familia1", "family01", "family12", "family123", "familyguy",
    "fandango", "fantasia", "fantastic", "fantasy1", "farmer123", "farscape", "fastball", "father123", "fcporto1", "february",
    "february1", "felicidad", "felicity", "fenerbahce", "fernanda", "fernando", "fernando1", "ferrari1", "ferrari123", "fgtkmcby",
    "finalfantasy", "finalfantasy7", "fireball", "fireball1", "firebird", "firebird1", "firefighter", "firefire", "firefox1",
    "fireman1", "firewall", "fish1234", "fishbone", "fisherman", "fishhead", "fishing1", "fishing123", "fktrcfylh", "fktrcfylhf",
    "flamengo", "flamingo", "flexible", "florence", "florida1", "flounder", "flower12", "flower123", "flowerpower", "flowers1",
    "flowers123", "football", "football!", "football1", "football10", "football12", "football123", "football2", "football7",
    "football99", "footballs", "fordf150", "forever1", "forever12", "forever21", "foreverlove", "foreveryoung", "forgetit", "forgetme",
    "forgot123", "formula1", "forsaken", "fortnite", "fortnite1", "fortnite123", "france98", "francesc", "francesca", "francesco",
    "francisco", "frank123", "frankie1", "freckles", "freddy12", "freddy123", "freebird", "freedom1", "freedom12", "freedom123",
    "freedom2", "freeuser", "friday123", "friday13", "friends1", "friends12", "friends123", "friends4ever", "friendship", "front242",
    "frontier", "frosties", "fucker12", "fucker123", "fuckface", "fuckfuck", "fuckme69", "fuckoff1", "fuckthis", "fuckthis1",
    "fuckyou!", "fuckyou1", "fuckyou12", "fuckyou123", "fuckyou2", "fuckyou69", "fullmoon", "futbol10", "futurama", "fyfcnfcbz",
    "fyutkbyf", "gabriel1", "gabriel123", "gabriela", "gabriell", "gabrielle", "galatasaray", "galaxy123", "gamecube", "gameover",
    "gamer123", "gaming123", "gandalf1", "gandalf123", "gandalf2", "gangsta1", "gangster", "gangster1", "garfield", "garfield1",
    "gargoyle", "gateway1", "gatorade", "gemini12", "gemini123", "gemstone", "general1", "genesis1", "genius12", "genius123",
    "george123", "germany1", "geronimo", "gesperrt", "getmoney", "gfhjkm123", "gfhjkmgfhjkm", "ghbdtnbr", "ghblehjr", "ghbywtccf",
    "ghjcnjnfr", "ghost123", "ghostrider", "ghostrider1", "giants123", "giovanni", "gizmo123", "gladiator", "gladiator1", "gmail123",
    "gn56gn56", "god12345", "godbless", "godbless1", "godblessme", "godfathe", "godfather", "godisgood", "godisgreat", "godislove",
    "godsmack", "godzilla", "godzilla1", "goldberg", "golden12", "goldfish", "goldfish1", "goldstar", "goldwing", "golfball",
    "good123654", "goodboy1", "goodbye1", "goodgirl", "goodluck", "goodluck1", "goodmorning", "goodtime", "goodtimes", "google12",
    "google123", "google1234", "gordon24", "gorgeous", "gorgeous1", "gotohell", "graduate", "graduate1", "grandma1", "grandpa1",
    "graphics", "greatone", "green123", "green420", "greenbay", "greenday", "greenday1", "greenday12", "greenman", "greentea",
    "gregory1", "grizzly1", "gtnhjdbx", "guardian", "guest123", "guest1234", "guillermo", "guinness", "guitar12", "guitar123",
    "gunner12", "hacker12", "hacker123", "halflife", "hallo123", "hallo1234", "hallowed", "halloween", "halloween1", "hamilton",
    "hammer12", "hamster1", "handsome", "handsome1", "handyman", "hannah12", "hannah123", "hannibal", "happiness", "happiness1",
    "happy123", "happy1234", "happy2000", "happy2024", "happyday", "happydays", "happydog", "happyface", "hardcore", "hardcore1",
    "hardrock", "hardwork", "harley12", "harley123", "harleydavidson", "harmony1", "harrison", "harrypotter", "harrypotter1",
    "haslo123", "hawaii50", "hawaii808", "hawaiian", "hawkeyes", "hayabusa", "heartbreak", "heartless", "heather1", "heather123",
    "heaven12", "heaven123", "heavymetal", "hedgehog", "heineken", "heineken1", "hellfire", "hello123", "hello123!", "hello1234",
    "hello12345", "hello2you", "hellohello", "hellokitty", "hellokitty1", "hellothere", "helloworld", "helloworld1", "hellyeah",
    "helpme123", "hercules", "highbury", "highheel", "highland", "hockey12", "hockey123", "hogwarts", "hola1234", "holahola",
    "hollywoo", "hollywood", "hollywood1", "homer123", "homework", "honda123", "honey123", "honeybee", "honeybee1", "hongkong",
    "honolulu", "hooligan", "hoosiers", "hope1234", "hopeless", "horizon1", "horse123", "horses12", "hotdog12", "hotdog123", "hotgirl1",
    "hotmail1", "hotmail123", "hotpink1", "hotstuff", "hotstuff1", "hottie12", "hottie123", "hounddog", "houston1", "hummer12",
    "hunter01", "hunter12", "hunter123", "hunting1", "hunting123", "hurrican", "hurricane", "hyperion", "icecream", "icehouse",
    "idontcare", "idontkno", "idontknow", "idontknow1", "iforgot1", "ihateyou", "illusion", "ilovegod", "ilovehim", "ilovejesus",
    "ilovelife", "iloveme1", "iloveme123", "iloveme2", "ilovemom", "ilovemom1", "ilovemymom", "ilovemyself", "iloveu12", "iloveu123",
    "iloveyou", "iloveyou!", "iloveyou1", "iloveyou12", "iloveyou123", "iloveyou2", "iloveyou3", "iloveyou5", "iloveyou7",
    "iloveyousomuch", "iloveyouu", "imissyou", "imissyou1", "immanuel", "immortal", "imperial", "india123", "india1234", "indonesia",
    "indonesia1", "infantry", "infinite", "infiniti", "infinity", "infinity1", "insanity", "inshallah", "insomnia", "inspiron",
    "instagram", "instagram1", "integra1", "intermilan", "internazionale", "internet", "internet1", "internet123", "intrepid",
    "intruder", "inuyasha", "iphone12", "iphone123", "irishman", "ironmaiden", "ironmaiden1", "ironman123", "isabella", "isabella1",
    "isabelle", "islander", "istanbul", "iverson3", "jackass1", "jackass123", "jackdaniels", "jackson1", "jackson123", "jackson5",
    "jaguar12", "jamaica1", "james007", "james123", "james1234", "jamesbon", "jamesbond", "jamesbond007", "jamesdean", "january1",
    "january2024", "jasmine1", "jasmine12", "jasmine123", "jasmine2", "jason123", "jasper12", "jasper123", "jayhawks", "jedi1234",
    "jefferso", "jellybea", "jellybean", "jellybean1", "jennifer", "jennifer1", "jennifer12", "jeremiah", "jeremy12", "jesse123",
    "jessica1", "jessica12", "jessica123", "jessie12", "jesus123", "jesus1234", "jesus4me", "jesus777", "jesuschrist", "jesusfreak",
    "jesusislord", "jesuslove", "jesussaves", "jetaime123", "jiggaman", "joanna12", "johannes", "john1234", "johncena", "johncena1",
    "johndeer", "johndeere", "johnny123", "johnson1", "johnwayne", "jojo1234", "joker123", "jonathan", "jonathan1", "jonathan123",
    "jordan12", "jordan123", "jordan1234", "jordan23", "joseph12", "joseph123", "josephin", "joshua12", "joshua123", "julian123",
    "juliana1", "junior12", "junior123", "jupiter1", "just4fun", "justdoit", "justice1", "justin12", "justin123", "justinbieber",
    "justinbieber1", "juventus", "juventus1", "k1234567", "kakashka", "kamikaze", "kangaroo", "karolina", "katarina", "katerina",
    "katherine", "katrina1", "kawasaki", "kawasaki1", "kazantip", "kcj9wx5n", "kenneth1", "kenshin1", "kenworth", "kevin123",
    "keyboard", "keystone", "killbill", "killer12", "killer123", "killer1234", "killerman", "killers1", "kimberly", "kimberly1",
    "kingdom1", "kingfish", "kingkong", "kingkong1", "kingston", "kitten12", "kitty123", "kittycat", "kittykat", "kittykat1",
    "kjrjvjnbd", "kleopatra", "knickers", "knights1", "knockers", "konstantin", "koroleva", "krasotka", "krishna1", "krishna123",
    "kristina", "labrador", "lacrosse", "lacrosse1", "ladybird", "ladybug1", "lakers123", "lakers24", "lamborghini", "lancelot",
    "lasalle1", "lasvegas", "lasvegas1", "laughing", "laura123", "lauren123", "lavender", "lavender1", "lawrence", "leavemealone",
    "lebron23", "ledzeppelin", "legolas1", "lemonade", "leo12345", "leonardo", "leonardo1", "leonidas", "leopard1", "letmein!",
    "letmein1", "letmein12", "letmein123", "letmein2", "letmeinnow", "liberty1", "liberty123", "libra123", "lifehack", "lightnin",
    "lightning", "lightning1", "limewire", "lindsey1", "lineage2", "linkedin", "linkedin1", "linkinpark", "linkinpark1", "linux123",
    "lioness1", "lionking", "lionking1", "liverpoo", "liverpool", "liverpool1", "liverpool12", "liverpool123", "liverpoolfc",
    "lizard12", "lkjhgfds", "lkjhgfdsa", "login123", "login1234", "logitech", "lokomotiv", "lollipop", "lollipop1", "lollypop",
    "london12", "london123", "lonestar", "lonewolf", "longhorn", "longhorns", "longjohn", "lordoftherings", "lorraine", "loser123",
    "losers12", "love1234", "love12345", "loveforever", "lovehate", "lovehurts", "loveless", "lovelife", "lovelove", "lovely123",
    "loveme123", "lover123", "loverboy", "lovergirl", "lovers12", "loveyou1", "loveyou2", "lowrider", "lucifer1", "lucifer666",
    "lucky123", "lucky13lucky", "lucky777", "luckydog", "luckyone", "m1234567", "m12345678", "macdaddy", "mackenzie", "madison1",
    "madison123", "madness1", "madonna1", "madrid123", "magic123", "magician", "magicman", "magnolia", "mailcreated5240", "majestic",
    "makaveli", "maksimka", "malaysia", "malcolm1", "mama1234", "mamacita", "mamamama", "mamapapa", "mamaypapa", "manager1",
    "manager123", "manchest", "manchester", "manchester1", "mandarin", "mandingo", "manson666", "manunited", "manutd12", "manutd123",
    "maradona", "marathon", "marcello", "marcus12", "margaret", "maria123", "maria1234", "marianne", "marie123", "marijuana",
    "mariners", "marines1", "marino13", "mario123", "mariposa", "marlboro", "marlboro1", "marriage", "married1", "marshall",
    "marshall1", "marshmallow", "martin123", "marvin12", "maryjane", "masamune", "master12", "master123", "master1234", "masterkey",
    "matrix123", "matthew1", "matthew12", "matthew123", "maverick", "maverick1", "maximilian", "maxwell1", "mazafaka", "mazda626",
    "mazdarx7", "meatball", "meathead", "meatloaf", "mechanic", "megadeth", "megadeth1", "megaman1", "megatron", "melissa1",
    "melissa123", "memories", "meowmeow", "mephisto", "mercedes", "mercedes1", "mercedes123", "mercury1", "meridian", "merlin12",
    "merlin123", "mersedes", "messenger", "messi123", "metallic", "metallica", "metallica1", "mexican1", "mexico123", "michael1",
    "michael12", "michael123", "michael2", "michelle", "michelle1", "michelle12", "michelle123", "michigan", "mickey12", "mickey123",
    "mickeymouse", "microlab", "microphone", "microsof", "microsoft", "microsoft1", "midnight", "midnight1", "midnight12", "miguel12",
    "military", "millions", "millwall", "minecraft", "minecraft1", "minecraft12", "minecraft123", "minnie12", "minnie123",
    "minniemouse", "miracle1", "miranda1", "misfit99", "mission1", "mississippi", "mistress", "mitchell", "mitsubishi", "mnbvcxz1",
    "mnbvcxza", "mohamed1", "mohammad", "mohammed", "molly123", "mollydog", "mommy123", "monalisa", "monday123", "money123",
    "money1234", "moneymaker", "moneyman", "mongoose", "monica123", "monkey12", "monkey123", "monkey1234", "monkeybo", "monkeyboy",
    "monkeybutt", "monkeyman", "monkeys1", "monopoly", "monster1", "monster12", "monster123", "monster2", "monsters", "montana1",
    "montgom240", "montreal", "moocow12", "moonbeam", "moonlight", "moonlight1", "morgan123", "morpheus", "mortgage", "mortimer",
    "motdepasse", "motdepasse1", "mother12", "mother123", "motherfucker", "motherlode", "motorola", "motorola1", "mountain",
    "mountain1", "mountaindew", "movies12", "mudvayne", "muhammad", "multiplelo", "mummy123", "munchkin", "mushroom", "music123",
    "music1234", "musiclover", "musicman", "mustang1", "mustang12", "mustang123", "mustang6", "mustang67", "mustang69", "mustangs",
    "mybabygirl", "mylove123", "myloveis", "mypass123", "mypassword", "mypassword1", "myspace1", "myspace123", "mystery1", "naruto12",
    "naruto123", "nascar24", "nascar88", "natalie1", "natalie123", "natasha1", "nathalie", "nathaniel", "naughty1", "ncc-1701",
    "ncc1701a", "ncc1701d", "ncc1701e", "nebraska", "neptune1", "netflix1", "netflix123", "netscape", "nevermind", "newcastl",
    "newcastle", "newcastle1", "newlife1", "newpassword", "newpassword1", "newton123", "newyork1", "newyork12", "newyork123",
    "newyork2", "nicholas", "nicholas1", "nicole12", "nicole123", "nightmare", "nightmare1", "nightwish", "nintendo", "nintendo1",
    "nintendo64", "nirvana1", "nirvana123", "nissan123", "nobody12", "nobody123", "nokia123", "nokia1234", "nokia6300", "nopass123",
    "nopassword", "nostromo", "nothing1", "nothing123", "november", "november1", "november11", "nuttertools", "nwo4life", "nygiants",
    "oblivion", "obsidian", "october1", "october123", "octopus1", "odysseus", "office123", "office365", "oliver123", "onepiece",
    "onepiece1", "operator", "oracle123", "orange12", "orange123", "orlando1", "overkill", "overlord", "p0015123", "p@ssw0rd",
    "p@ssw0rd!", "p@ssw0rd1", "p@ssw0rd123", "p@ssword", "p@ssword1", "p@ssword123", "pa$$w0rd", "pa$$word", "pa$$word1", "pa55w0rd",
    "pa55word", "pacific1", "packers1", "packers12", "packers4", "paintbal", "paintball", "pakistan", "pakistan1", "pakistan123",
    "pakistani", "pallmall", "palmeiras", "panasoni", "panasonic", "pancakes", "pandora1", "panther1", "panthers", "panthers1",
    "pantyhos", "papa1234", "paperclip", "paradigm", "paradise", "paradise1", "paradox1", "paris123", "parola123", "parola1234",
    "pass123!", "pass1234", "pass12345", "pass123456", "pass1word", "pass@123", "pass@1234", "pass@word1", "passcode", "passcode1",
    "passion1", "passme123", "passpass", "passport", "passw0rd", "passw0rd!", "passw0rd1", "password", "password!", "password!1",
    "password-1", "password.1", "password0", "password00", "password01", "password01!", "password1", "password1!", "password10",
    "password11", "password111", "password12", "password123", "password123!", "password1234", "password12345", "password13",
    "password2", "password2020", "password2021", "password2022", "password2023", "password2024", "password2025", "password2026",
    "password21", "password22", "password23", "password3", "password4", "password5", "password6", "password69", "password7",
    "password8", "password9", "password99", "password@1", "password@123", "password_1", "passwords", "passwort", "passwort1",
    "passwort1!", "passwort123", "pathfinder", "patricia", "patricia1", "patrick1", "patrick12", "patrick123", "patriots", "patriots1",
    "patriots12", "pavilion", "peaches1", "peaches123", "peanut12", "peanut123", "peanutbutter", "pearljam", "peekaboo", "pegasus1",
    "penelope", "penguin1", "penguin123", "penguins", "penthous", "pepper12", "pepper123", "peppers1", "pepsi123", "pepsicola",
    "perfect1", "peter123", "peterpan", "phantom1", "phantom123", "pharmacy", "philippe", "philippines", "phillies", "phillips",
    "phoenix1", "phoenix123", "photoshop", "physics1", "pianoman", "picasso1", "pictures", "pikachu1", "pikachu123", "pilot123",
    "pimpin12", "pineappl", "pineapple", "pineapple1", "pingpong", "pink1234", "pinkfloy", "pinkfloyd", "pinkfloyd1", "pinkgirl",
    "pinklady", "pinkpink", "pinky123", "pipeline", "piramida", "pirates1", "pisces12", "platinum", "platypus", "playboy1", "playboy12",
    "playboy123", "player12", "player123", "player69", "playgirl", "playstat", "playstation", "playstation1", "playstation2",
    "playstation3", "playtime", "pleasure", "plymouth", "poison12", "poiuytre", "poiuytrewq", "pokemon1", "pokemon12", "pokemon123",
    "pokemon1234", "politics", "polniypizdec0211", "pooh1234", "poohbear", "poohbear1", "poontang", "popcorn1", "popcorn123",
    "porkchop", "porsche1", "porsche9", "porsche911", "portland", "portugal", "portugal1", "poseidon", "postman1", "potter123",
    "power123", "preacher", "precious", "precious1", "predator", "predator1", "presario", "presiden", "preston1", "pretty12",
    "pretty123", "prettygirl", "princesa", "princesa1", "princess", "princess1", "princess12", "princess123", "princess2", "princess7",
    "princeton", "pringles", "printing", "privacy1", "private1", "problem1", "profile1", "prophet1", "prospect", "provider",
    "psychology", "pumpkin1", "pumpkin123", "pumpkins", "punisher", "punkrock", "punkrock1", "puppies1", "puppy123", "puppydog",
    "puppylove", "purple12", "purple123", "purple1234", "q1234567", "q12345678", "q123456789", "q1w2e3r4", "q1w2e3r4t5", "q1w2e3r4t5y6",
    "q2w3e4r5", "qawsedrf", "qaz12345", "qaz123wsx", "qazqazqaz", "qazwsx12", "qazwsx123", "qazwsxed", "qazwsxedc", "qazwsxedc123",
    "qazwsxedcrfv", "qazxsw21", "qazxswedc", "qq123456", "qq123456789", "qqqqqqqq", "qqww1122", "qqwweerr", "qwaszx12", "qwaszxqw",
    "qwe12345", "qwe123456", "qwe123qwe", "qweasd123", "qweasdzxc", "qweqwe123", "qweqweqwe", "qwer!@#$", "qwer1234", "qwer1234!",
    "qwer12345", "qwer4321", "qwerasdf", "qwerqwer", "qwert123", "qwert12345", "qwerty!@", "qwerty00", "qwerty01", "qwerty11",
    "qwerty12", "qwerty123", "qwerty123!", "qwerty1234", "qwerty12345", "qwerty123456", "qwerty2020", "qwerty22", "qwerty77",
    "qwerty78", "qwerty99", "qwertyqwerty", "qwertyui", "qwertyuio", "qwertyuiop", "qwertz123", "qwertzui", "qwertzuiop", "r2d2c3po",
    "rabbit12", "rachel123", "rachelle", "radiohea", "radiohead", "ragnarok", "raiders1", "raiders123", "rainbow1", "rainbow12",
    "rainbow123", "rainbow6", "rainbow7", "rainbows", "raistlin", "ramadan1", "rammstein", "ranger12", "ranger123", "rangers1",
    "rangers123", "rasputin", "rastaman", "realmadrid", "realmadrid1", "realtime", "rebecca1", "rebel123", "reckless", "redalert",
    "redbaron", "redbull1", "redbull123", "reddevil", "reddragon", "reddwarf", "redhead1", "redrum123", "redskins", "redskins1",
    "redsox04", "redsox123", "redwings", "redwings1", "remember", "remember1", "rememberme", "remington", "renegade", "research",
    "reynolds", "rfnthbyf", "rhbcnbyf", "rhfcjnrf", "rhjrjlbk", "rhtdtlrj", "richard1", "richard123", "rightnow", "riverside",
    "rjhjktdf", "rjirfrgbde", "rjycnfynby", "roadkill", "roadking", "roadrunn", "roadster", "robert12", "robert123", "roberto1",
    "robinson", "roblox123", "robotech", "robotics", "rock1234", "rockandroll", "rocket123", "rocketman", "rockford", "rockhard",
    "rocknroll", "rockstar", "rockstar1", "rockstar12", "rockstar123", "rolltide", "romantic", "romashka", "ronaldinho", "ronaldo07",
    "ronaldo123", "ronaldo7", "ronaldo9", "roosevelt", "root1234", "root12345", "rootbeer", "rootroot", "rosebud1", "rosemary",
    "roses123", "royalty1", "runescape", "rush2112", "russell1", "s1234567", "s12345678", "sagittarius", "saibaba1", "sailboat",
    "sailormoon", "salamander", "salasana", "salvador", "samantha", "samantha1", "samantha12", "sample123", "samsung1", "samsung12",
    "samsung123", "samsung1234", "sandiego", "sandman1", "sandra123", "santiago", "santiago1", "santos123", "saopaulo", "sapphire",
    "sarah123", "saratoga", "sasuke123", "satan666", "saturday", "saturday1", "saturn123", "sausages", "savannah", "savannah1",
    "scarface", "scarface1", "scarlett", "school12", "school123", "schools1", "science1", "scoobie1", "scooby12", "scooby123",
    "scoobydo", "scoobydoo", "scoobydoo1", "scooter1", "scooter123", "scorpio1", "scorpio123", "scorpion", "scorpion1", "scotland",
    "scotland1", "scrabble", "seahawks", "sebastia", "sebastian", "sebastian1", "secret12", "secret123", "secret1234", "secretpassword",
    "security", "security1", "security12", "security123", "seinfeld", "seminole", "semperfi", "senators", "senha123", "senha1234",
    "senha12345", "senior2010", "sentinel", "septembe", "september", "september1", "serenity", "serenity1", "sergeant", "sersolution",
    "server123", "sexy1234", "sexybaby", "sexybitch", "sexyboy1", "sexygirl", "sexygirl1", "sexymama", "sexyman1", "shadow12",
    "shadow123", "shadow1234", "shadow99", "shadows1", "shamrock", "shaney14", "shannon1", "shepherd", "sheridan", "sherlock",
    "shithead", "shithead1", "shopping", "shopping1", "showtime", "sidekick", "silver12", "silver123", "silverad", "silverado",
    "simpleplan", "simpson1", "simpsons", "singapore", "sinister", "sister12", "sister123", "sisters1", "sithlord", "skateboard",
    "skateboarding", "skater123", "skeleton", "skittles", "skittles1", "skorpion", "skywalke", "skywalker", "skywalker1", "slamdunk",
    "slapshot", "slayer666", "slipknot", "slipknot1", "slipknot666", "slippery", "slowhand", "smashing", "smeghead", "smile123",
    "smiles12", "smiley12", "smiley123", "smirnoff", "snapchat", "snapchat1", "sneakers", "snickers", "snickers1", "sniper12",
    "sniper123", "snoopdog", "snoopdogg", "snoopy12", "snoopy123", "snowball", "snowball1", "snowboar", "snowboard", "snowflak",
    "snowflake", "snowman1", "snuggles", "soccer07", "soccer10", "soccer11", "soccer12", "soccer123", "soccer13", "soccer14",
    "socrates", "softball", "softball1", "softball12", "software", "sojdlg123aljg", "soldier1", "solitude", "solution", "somebody",
    "someone1", "something", "something1", "sommer2023", "sommer2024", "sommer2025", "sonic123", "sophie123", "soso123aljg", "soulmate",
    "southpar", "southpark", "southpark1", "southside", "space123", "spaceman", "spanking", "spartan1", "spartan117", "spartans",
    "specialk", "spectrum", "spencer1", "spiderma", "spiderman", "spiderman1", "spiderman123", "spiderpig", "spitfire", "splinter",
    "spongebo", "spongebob", "spongebob1", "spongebob12", "spongebob123", "sporting", "sporting1", "spring12", "spring123",
    "spring2020", "spring2021", "spring2022", "spring2023", "spring2024", "spring2025", "spring2026", "squall123", "squirrel",
    "srinivas", "ssssssss", "stallion", "stanford", "stanislav", "star1234", "starbuck", "starbucks", "starcraf", "starcraft",
    "starcraft2", "stardust", "starfire", "starfish", "stargate", "stargate1", "starligh", "starlight", "stars123", "starship",
    "startrek", "startrek1", "starwars", "starwars1", "starwars12", "starwars123", "steelers", "steelers1", "steelers12", "steelers123",
    "steelers7", "stephani", "stephanie", "stephanie1", "stephen1", "stephen123", "sterling", "steven123", "stewart1", "stingray",
    "stocking", "stonecol", "stonecold", "straight", "stranger", "strawberry", "strawberry1", "strength", "stripper", "stronger",
    "student1", "student123", "students", "success1", "success123", "sugar123", "sullivan", "summer01", "summer05", "summer08",
    "summer12", "summer123", "summer2020", "summer2021", "summer2022", "summer2023", "summer2024", "summer2025", "summer2026",
    "summer69", "summer99", "summertime", "sundance", "sunday123", "sundevil", "sunflowe", "sunflower", "sunflower1", "sunlight",
    "sunny123", "sunnyday", "sunrise1", "sunset123", "sunshine", "sunshine!", "sunshine1", "sunshine12", "sunshine123", "super123",
    "superfly", "supergirl", "superhero", "superman", "superman1", "superman12", "superman123", "superman2", "supermario",
    "supernatural", "supernatural1", "supernova", "supersonic", "supersta", "superstar", "superstar1", "superuser", "survivor",
    "survivor1", "susannah", "svetlana", "sweet123", "sweetheart", "sweetheart1", "sweetie1", "sweetie123", "sweetnes", "sweetness",
    "sweetness1", "sweetpea", "sweetpea1", "swimming", "swimming1", "swingers", "swordfis", "swordfish", "swordfish1", "sylvester",
    "syncmaster", "syracuse", "sysadmin", "system123", "system32", "tacobell", "talisman", "tamara123", "tarheels", "taurus123",
    "taylor12", "taylor123", "tazmania", "teacher1", "teacher123", "teamo123", "teamomucho", "technics", "teddybea", "teddybear",
    "telephon", "temp1234", "temporary", "temporary1", "temppass", "temppass1", "tennessee", "tequiero", "tequieromucho", "tequila1",
    "tequilla", "terminat", "terminator", "terminator1", "terrapin", "test123!", "test1234", "test12345", "test123456", "test1test",
    "test4321", "test@123", "tester123", "testing1", "testing12", "testing123", "testing1234", "testpass", "testpassword", "testtest",
    "texas123", "thailand", "thanatos", "thankyou", "thebeast", "theboss1", "thedoors", "thegreat", "theking1", "thematrix", "theodore",
    "thepassword", "thirteen", "thisisit", "thomas12", "thomas123", "thuglife", "thuglife1", "thunder1", "thunder123", "thunder2",
    "thunderb", "thunderbird", "thursday", "thx11381138", "tiberius", "tiffany1", "tiffany123", "tiger123", "tigerlily", "tigers12",
    "tigers123", "tigger01", "tigger12", "tigger123", "timothy1", "tinkerbell", "tinkerbell1", "titanium", "titleist", "tkbpfdtnf",
    "together", "together1", "tommyboy", "tomorrow", "tonymontana", "toortoor", "tootsie1", "topsecret", "tornado1", "tottenha",
    "tottenham", "tottenham1", "toyota123", "toyota86", "transfer", "transformers", "translator", "traveler", "treasure", "treasure1",
    "trfnthbyf", "triangle", "trinidad", "trinity1", "trinity3", "trombone", "trooper1", "trouble1", "trouble12", "truelove",
    "truelove1", "trumpet1", "trustno1", "trustno1!", "trustnoone", "tucker12", "tunafish", "tupac123", "turkey50", "tweety12",
    "tweety123", "tweetybird", "twilight", "twilight1", "twilight12", "twilight123", "twister1", "twitter1", "twitter123", "tyler123",
    "tyrone12", "ubuntu123", "ultimate", "umbrella", "underdog", "undertak", "undertaker", "undertaker1", "unicorn1", "unicorns",
    "universe", "universe1", "university", "unknown1", "unknown123", "user1234", "user12345", "user@123", "username", "username1",
    "usuario1", "vacation", "vader123", "valencia", "valentin", "valentina", "valentina1", "valentine", "valerie1", "valhalla",
    "valkyrie", "vampire1", "vampire123", "vampire666", "vampires", "vancouver", "vanessa1", "vanessa123", "vanguard", "vanhalen",
    "vanilla1", "vasilisa", "vauxhall", "venezuela", "vengeance", "verbatim", "veronica", "veronica1", "veronika", "vfhufhbnf",
    "vfitymrf", "vfrcbvrf", "vfvfgfgf", "victoria", "victoria1", "victoria123", "victory1", "viewsonic", "vikings1", "viktoria",
    "viktoriya", "vincent1", "violet123", "violetta", "viper123", "virginia", "virginia1", "virgo123", "vkontakte", "vladimir",
    "vladislav", "volleyball", "volleyball1", "voyager1", "vsjasnel12", "w1234567", "wachtwoord", "wachtwoord1", "wanderer", "warcraft",
    "warcraft1", "warcraft3", "wareagle", "warhammer", "warrior1", "warriors", "warriors1", "washingt", "washington", "wassup123",
    "waterfall", "waterloo", "watermelon", "webhompas", "webmaste", "webmaster", "wedding1", "wednesday", "welcome!", "welcome01",
    "welcome1", "welcome1!", "welcome12", "welcome123", "welcome1234", "welcome2", "welcome2020", "welcome2021", "welcome2022",
    "welcome2023", "welcome2024", "welcome2025", "welcome2026", "welcome@123", "werewolf", "westham1", "westlife", "westside",
    "westside1", "westwood", "wetpussy", "wg8e3wjf", "whatever", "whatever1", "whatever12", "whatsup1", "whatthefuck", "whatthehell",
    "whiskers", "whiskey1", "whiteout", "whitesox", "whitney1", "whocares", "wildcard", "wildcat1", "wildcats", "wildcats1", "wildfire",
    "wildwood", "william1", "william123", "williams", "williams1", "windmill", "windows1", "windows10", "windows123", "windows7",
    "windowsxp", "windsurf", "winner12", "winner123", "winners1", "winnie123", "winniethepooh", "winston1", "winter01", "winter12",
    "winter123", "winter2020", "winter2021", "winter2022", "winter2023", "winter2024", "winter2025", "winter2026", "winter99",
    "wishbone", "wizard12", "wizard123", "wolfgang", "wolfpack", "wolverin", "wolverine", "wolverine1", "wonderful", "wonderland",
    "woodland", "woodstock", "woodward", "woofwoof", "wordpass", "worldofwarcraft", "wrangler", "wrestlemania", "wrestlin", "wrestling",
    "wrinkle1", "wwwwwwww", "x1234567", "xander123", "xavier12", "xbox3600", "xbox360x", "xsw21qaz", "xxxxxxxx", "xxxxxxxxx",
    "xyz12345", "yahoo123", "yahoo1234", "yamaha123", "yankees1", "yankees123", "yankees2", "yeahbaby", "yellow12", "yellow123",
    "yesterday", "yfcntymrf", "yjdsqgfhjkm", "yogibear", "yosemite", "yourmama", "yourmom1", "yourpassword", "yourself", "youtube1",
    "youtube123", "yugioh12", "z1234567", "z12345678", "z1x2c3v4", "zachary1", "zaq!2wsx", "zaq!xsw2", "zaq12wsx", "zaq1xsw2",
    "zaq1zaq1", "zaqxswcde", "zelda123", "zeppelin", "zerocool", "zidane10", "zildjian", "zombie12", "zombie123", "zxasqw12",
    "zxc12345", "zxc123456", "zxcasdqwe", "zxcv1234", "zxcvasdf", "zxcvb123", "zxcvbnm,", "zxcvbnm1", "zxcvbnm12", "zxcvbnm123",
    "zxcvzxcv", "zxczxczxc", "zzxxccvv", "zzzzxxxx", "zzzzzzzz",
};
/* clang-format on */

#define TEXT_MOST 1024 /* a password has at most 256 bytes, and twice as many in lower case */
#define WORDS_MOST 64
#define WORD_LEAST 3 /* a shorter word says nothing */
#define LEFT_LEAST 6 /* characters beside the words that say something */

/* Of stolen passwords. */
static const unsigned char *stolen;
static size_t nstolen;

bool password_list_open(const char *path, char *err, size_t size) {
    struct stat st = {0};
    int fd = *path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    bool sound = true;
    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0) {
        void *at = st.st_size % PASSWORD_DIGEST ? MAP_FAILED : mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        sound = at != MAP_FAILED;
        stolen = sound ? at : NULL;
        nstolen = sound ? (size_t)st.st_size / PASSWORD_DIGEST : 0;
    }
    if (fd >= 0) {
        close(fd);
    }
    if (!sound) {
        snprintf(err, size, "PASSWORD_LIST, %.200s, is no list of passwords.", path);
    }
    return sound;
}

static int compare(const void *key, const void *row) {
    return strcmp(key, *(const char *const *)row);
}

static int compare_digests(const void *key, const void *row) {
    return memcmp(key, row, PASSWORD_DIGEST);
}

static bool is_stolen(const char *lower) {
    unsigned char hash[CRYPTO_HASH_SIZE];
    if (!nstolen) {
        return false;
    }
    crypto_sha256(lower, strlen(lower), hash);
    bool found = bsearch(hash, stolen, nstolen, PASSWORD_DIGEST, compare_digests) != NULL;
    crypto_wipe(hash, sizeof(hash));
    return found;
}

static bool is_listed(const char *lower) {
    return bsearch(lower, common, sizeof(common) / sizeof(common[0]), sizeof(common[0]), compare) != NULL;
}

/* In NFKC and lower case, as it is looked for. False: longer than any row, or no memory. */
static bool lower_form(const char *text, char out[TEXT_MOST]) {
    size_t size = 0;
    char *normal = unicode_normal_secret(text, UNICODE_NFKC, &size);
    bool fits = normal && 2 * strlen(normal) < TEXT_MOST;
    if (fits) {
        str_lower_utf8(out, normal);
    }
    if (normal) {
        crypto_wipe(normal, size);
        free(normal);
    }
    return fits;
}

bool password_is_common(const char *password) {
    char lower[TEXT_MOST];
    bool found = lower_form(password, lower) && (is_listed(lower) || is_stolen(lower));
    crypto_wipe(lower, sizeof(lower));
    return found;
}

/* ---- what is known of a person ---- */

/* What people write for a letter. */
static char plain(char c) {
    static const char from[] = "013457@$!|", to[] = "oieastasii";
    const char *at = c ? strchr(from, c) : NULL;
    if (at) {
        return to[at - from];
    }
    return (char)(c == 'l' ? 'i' : c);
}

static void make_plain(char *text) {
    for (; *text; text++) {
        *text = plain(*text);
    }
}

struct words {
    char list[WORDS_MOST][LONGEST];
    size_t n;
};

static bool is_of_word(char c) {
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* The words of a text. */
static void add_words(struct words *w, const char *text) {
    char lower[TEXT_MOST];
    if (!text || !lower_form(text, lower)) {
        return;
    }
    for (char *at = lower; *at && w->n < WORDS_MOST;) {
        size_t len = 0;
        while (is_of_word(at[len])) {
            len++;
        }
        if (len >= WORD_LEAST && len < LONGEST) {
            memcpy(w->list[w->n], at, len);
            w->list[w->n][len] = '\0';
            make_plain(w->list[w->n++]);
        }
        at += len + (at[len] != '\0');
    }
}

static int longer_first(const void *a, const void *b) {
    size_t left = strlen(a), right = strlen(b);
    return left < right ? 1 : left > right ? -1 : strcmp(a, b);
}

/* Takes a word out of the password and of its plain form, wherever it is. */
static bool take_out(char *lower, char *form, const char *word) {
    size_t len = strlen(word);
    bool any = false;
    for (char *at = strstr(form, word); at; at = strstr(form, word)) {
        char *same = lower + (at - form);
        memmove(at, at + len, strlen(at + len) + 1);
        memmove(same, same + len, strlen(same + len) + 1);
        any = true;
    }
    return any;
}

/* One stands behind the other in the alphabet, in the digits or on a keyboard, either way round, or they are the same. */
static bool is_next(char a, char b) {
    static const char *const rows[] = {
        "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (const char *at = rows[i]; *at; at++) {
            if ((at[0] == a && at[1] == b) || (at[0] == b && at[1] == a)) {
                return true;
            }
        }
    }
    return a == b;
}

static bool is_year(const char *at) {
    return (strncmp(at, "19", 2) == 0 || strncmp(at, "20", 2) == 0) && isdigit((unsigned char)at[2]) && isdigit((unsigned char)at[3]);
}

/* How many characters say something: a year counts as one, and what goes on as the two before it did (123, aaa, qwe) not at all. */
static size_t weight(const char *text) {
    size_t n = 0;
    for (const char *at = text; *at;) {
        bool on = at - text >= 2 && is_next(at[-2], at[-1]) && is_next(at[-1], at[0]);
        bool first = ((unsigned char)*at & 0xc0) != 0x80; /* of a character */
        n += first && !on;
        at += !on && is_year(at) ? 4 : 1;
    }
    return n;
}

/* Letters and digits alone: what people put between, before and behind makes nothing of it. */
static void keep_words(char *text) {
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (is_of_word(*from)) {
            *to++ = *from;
        }
    }
    *to = '\0';
}

/* With the words gone too little is left, or something that everybody tries. */
static bool is_made_of(char *lower, const struct words *w) {
    char form[TEXT_MOST];
    bool any = false;
    str_copy(form, sizeof(form), lower);
    make_plain(form);
    for (size_t i = 0; i < w->n; i++) {
        any |= take_out(lower, form, w->list[i]);
    }
    crypto_wipe(form, sizeof(form));
    if (!any || weight(lower) < LEFT_LEAST || is_listed(lower) || is_stolen(lower)) {
        return any;
    }
    keep_words(lower);
    return is_listed(lower) || is_stolen(lower);
}

enum password_fault password_refusal(const char *password, const char *const *known, size_t n) {
    char lower[TEXT_MOST];
    struct words *w = calloc(1, sizeof(*w));
    enum password_fault why = PASSWORD_FINE;
    if (w && lower_form(password, lower)) {
        add_words(w, "muster");
        for (size_t i = 0; i < n; i++) {
            add_words(w, known[i]);
        }
        qsort(w->list, w->n, sizeof(w->list[0]), longer_first);
        why = is_listed(lower)       ? PASSWORD_COMMON
              : is_stolen(lower)     ? PASSWORD_STOLEN
              : is_made_of(lower, w) ? PASSWORD_OWN_WORDS
                                     : PASSWORD_FINE;
        crypto_wipe(lower, sizeof(lower));
    }
    free(w);
    return why;
}

size_t password_list_sound(void) {
    size_t n = sizeof(common) / sizeof(common[0]);
    for (size_t i = 0; i < n; i++) {
        char lower[LONGEST];
        if (strlen(common[i]) < 8 || !str_copy(lower, sizeof(lower), common[i])) {
            return 0;
        }
        str_lower(lower);
        if (strcmp(lower, common[i]) != 0 || (i > 0 && strcmp(common[i - 1], common[i]) >= 0)) {
            return 0;
        }
    }
    return n;
}
