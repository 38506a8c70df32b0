//! The demo's customers: names in several scripts, what they wrote before, what they may write next.

/// A line of a customer's past: hours ago, who wrote it, what.
pub struct Line(pub f64, pub By, pub &'static str);

/// Who wrote a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The customer.
    Customer,
    /// The agent; read by the customer.
    Agent,
}

/// A fake customer.
pub struct Person {
    /// Digits; numbers from ranges reserved for fiction, where a country has one.
    pub wa_id: &'static str,
    /// Profile name; empty: none.
    pub name: &'static str,
    /// What was written so far.
    pub past: &'static [Line],
    /// What they write by themselves.
    pub next: &'static [&'static str],
}

use self::By::{Agent, Customer};

/// What is not written in words.
#[derive(Clone, Copy)]
pub enum Sent {
    /// A picture of some hour's light, with its caption.
    Photo(u32, &'static str),
    /// A sticker.
    Sticker,
    /// A voice note of so many seconds.
    Voice(u64),
    /// A document: its name and its lines.
    Document(&'static str, &'static [&'static str]),
    /// A place.
    Place(f64, f64, &'static str),
}

/// What customers sent in the past: who, hours ago, what.
pub const SENT: &[(&str, f64, Sent)] = &[
    ("447700900123", 0.62, Sent::Photo(9, "This is *my* door, nothing there")),
    ("447700900123", 0.09, Sent::Sticker),
    ("5511955501234", 0.29, Sent::Voice(7)),
    ("919955501177", 23.45, Sent::Photo(14, "")),
    ("48555501234", 8.9, Sent::Document("Faktura 20377.pdf", &["Faktura 20377", "1 x Buty, 44, czarne", "Razem: 249,00 PLN"])),
    ("2348055501234", 50.1, Sent::Place(6.455_03, 3.384_082, "Okafor & Sons, Broad Street")),
];

/// The customers of the demo, newest conversation first.
pub const PEOPLE: &[Person] = &[
    Person {
        wa_id: "447700900123",
        name: "Zoë Ångström",
        past: &[
            Line(26.0, Customer, "Hello! Do you deliver to Orkney?"),
            Line(25.8, Agent, "Hi Zoë, yes we do. It takes one day longer than the mainland."),
            Line(0.7, Customer, "Hi, my parcel says *delivered* but nothing is here 😕"),
            Line(0.65, Customer, "I looked with both neighbours"),
            Line(
                0.6,
                Agent,
                "Thanks for checking, Zoë. The courier left it with *M. Berg, no. 14*. Could you ring there?\nIf it is not with them I send a new one today.",
            ),
            Line(0.1, Customer, "Got it, it was at number 14! Perfect, thank you! 🙏"),
        ],
        next: &["By the way: can I change the address for the next order?", "👍", "You made my day, thanks again"],
    },
    Person {
        wa_id: "5511955501234",
        name: "João Machado",
        past: &[Line(3.2, Customer, "Oi, bom dia!"), Line(3.1, Customer, "Cadê meu pedido? Já faz três dias…"), Line(0.3, Customer, "O número é 20418")],
        next: &["Alguém aí?", "Obrigado!", "Pode me ligar?"],
    },
    Person {
        wa_id: "971555550142",
        name: "أحمد المنصوري",
        past: &[Line(5.0, Customer, "مرحبا"), Line(0.8, Customer, "أين طلبي من فضلك؟ رقم الطلب 20391")],
        next: &["شكرا جزيلا", "هل يمكن التوصيل غدا؟"],
    },
    Person {
        wa_id: "919955501177",
        name: "Priya Nair",
        past: &[
            Line(23.5, Customer, "Hi, the lid of the jar was broken when it came. Can you replace only the lid?"),
            Line(23.4, Agent, "Hello Priya, sorry about that! I am asking the workshop and come back to you."),
        ],
        next: &["Any news about the lid?", "That would be great"],
    },
    Person {
        wa_id: "819055501234",
        name: "田中 美咲",
        past: &[Line(7.0, Customer, "荷物はいつ届きますか？"), Line(6.8, Agent, "Your parcel leaves today and should be with you on Thursday.")],
        next: &["ありがとうございます！", "了解です 🙇"],
    },
    Person {
        wa_id: "48555501234",
        name: "Marek Kowalski",
        past: &[
            Line(9.0, Customer, "Dzień dobry, czy mogę zwrócić buty? Kod produktu: `BT_44_black`"),
            Line(8.0, Agent, "Dzień dobry! Tak, w ciągu 30 dni:\n1. Zapakuj buty\n2. Naklej etykietę z paczki\n3. Oddaj w paczkomacie"),
            Line(7.9, Customer, "Super, dzięki"),
        ],
        next: &["Jeszcze jedno pytanie…", "Wysłałem dziś rano"],
    },
    Person {
        wa_id: "447700900456",
        name: "",
        past: &[Line(11.0, Customer, "Is this the number of the shop on Mill Lane?"), Line(10.9, Customer, "I would like to collect order 20377 on Saturday")],
        next: &["Hello??", "Ok thanks"],
    },
    Person {
        wa_id: "34655501234",
        name: "Lucía Benítez",
        past: &[
            Line(30.0, Customer, "¿Tienen la lámpara en verde?"),
            Line(29.5, Agent, "Sí, hay tres en el almacén: https://shop.example/lamp_green?size=m"),
            Line(29.0, Customer, "Gracias, todo bien."),
        ],
        next: &["¿Y en azul?"],
    },
    Person {
        wa_id: "2348055501234",
        name: "Samuel Okafor",
        past: &[Line(50.0, Customer, "Please call me back about the invoice"), Line(49.0, Agent, "Will do, Samuel. Is four o'clock fine?")],
        next: &["Four is fine"],
    },
    Person {
        wa_id: "31655501234",
        name: "Anneke de Vries",
        past: &[
            Line(75.0, Customer, "De bon staat niet in de mail"),
            Line(74.0, Agent, "Ik stuur hem meteen opnieuw, Anneke."),
            Line(73.9, Customer, "Top, ontvangen"),
        ],
        next: &["Nog een vraag over de garantie"],
    },
    Person {
        wa_id: "84555501234",
        name: "Thuy Hoang",
        past: &[
            Line(98.0, Customer, "Shop còn hàng không ạ?"),
            Line(97.5, Agent, "Yes, two are left. Shall I keep one for you?"),
            Line(97.0, Customer, "cảm ơn bạn nhiều"),
        ],
        next: &["Dạ đúng rồi"],
    },
    Person {
        wa_id: "972555501234",
        name: "Dana Gold 🌻",
        past: &[
            Line(122.0, Customer, "> opening hours?\nAre you open on Sunday?"),
            Line(121.0, Agent, "Yes:\n- 10 to 14 in the shop\n- all day online"),
            Line(120.5, Customer, "ok 👍"),
        ],
        next: &["See you on Sunday then"],
    },
    Person {
        wa_id: "61491570156",
        name: "Bruce (no spam pls)",
        past: &[
            Line(170.0, Customer, "G'day, does the kettle come with an AU plug?"),
            Line(169.0, Agent, "Hi Bruce, it does!"),
            Line(168.9, Customer, "Ripper"),
        ],
        next: &["Kettle arrived, works a treat"],
    },
];
