//! Words about files: photos, films, recordings, documents.

/// A message whose file is nowhere.
pub const NO_FILE: &str = "Its file is not known.";
/// A file on its way.
pub const FETCHING: &str = "Fetching it from WhatsApp…";

/// A file that did not come.
#[must_use]
pub fn fetched_at(at: &str) -> String {
    format!("It did not come yet. Next try at {at}.")
}

/// Picks files to send.
pub const ATTACH: &str = "Attach files";
/// Begins a voice note.
pub const RECORD: &str = "Record a voice note";
/// Ends it.
pub const RECORDED: &str = "Done";
/// The browser does not let the page listen.
pub const NO_MICROPHONE: &str = "The browser does not let the inbox use the microphone. Allow it in the address bar, then try again.";

/// For whom a voice note is.
#[must_use]
pub fn recording(name: &str) -> String {
    format!("Recording for {name}")
}

/// Where a finished voice note waits.
#[must_use]
pub fn recorded_for(name: &str) -> String {
    format!("The voice note waits in the conversation with {name}.")
}

/// A length in minutes and seconds.
#[must_use]
pub fn clock(seconds: i64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// What waits to be sent.
pub const FILES_TO_SEND: &str = "Files to send";
/// Words below a file.
pub const CAPTION: &str = "Add a caption";
/// Takes a file out.
pub const REMOVE: &str = "Remove";
/// Stops a file on its way.
pub const CANCEL: &str = "Cancel";
/// Nothing is in it.
pub const EMPTY_FILE: &str = "The file is empty: choose another one.";
/// A folder was dropped.
pub const NO_FOLDERS: &str = "This is a folder. Open it and choose the files in it.";
/// A file whose conversation went into another.
pub const CHECK_NAME: &str = "This conversation was joined with another. Check the name at the top, then send.";
/// A file that the server did not get.
pub const NOT_UPLOADED: &str = "It could not be handed over. Check the connection, then send again. It will not arrive twice.";

/// Sends so many files.
#[must_use]
pub fn send_files(count: usize) -> String {
    match count {
        0 => "Send".to_owned(),
        1 => "Send the file".to_owned(),
        _ => format!("Send {count} files"),
    }
}

/// How much of a file is on its way.
#[must_use]
pub fn percent(percent: u8) -> String {
    format!("Sending… {percent}%")
}

/// A file that is too large for what it is.
pub const GOES_AS_DOCUMENT: &str = "Too large to be shown in the chat: it goes as a document.";
/// Lets a file go before the one above it.
pub const MOVE_UP: &str = "Move up";
/// Opens a picture.
pub const OPEN_PHOTO: &str = "Open the photo";
/// An opened picture.
pub const PHOTO: &str = "Photo";
/// The picture before.
pub const PREVIOUS: &str = "Previous";
/// The picture after.
pub const NEXT: &str = "Next";
/// Saves a file.
pub const DOWNLOAD: &str = "Download";
/// Closes what is open.
pub const CLOSE: &str = "Close";
/// Shows a picture in its own size.
pub const ENLARGE: &str = "Show it in full size";
/// Shows a picture as large as the window.
pub const FIT: &str = "Fit it into the window";

/// Which picture of how many.
#[must_use]
pub fn picture_of(n: usize, all: usize) -> String {
    format!("{n} of {all}")
}

/// The speed of a recording, on its button.
#[must_use]
pub fn times(speed: usize) -> &'static str {
    ["1×", "1.5×", "2×"][speed % 3]
}

/// The speed of a recording, spoken.
#[must_use]
pub fn speed(speed: usize) -> String {
    format!("Speed: {}", times(speed))
}

/// The recording hears nothing for a while.
pub const PAUSE: &str = "Pause";
/// It hears again.
pub const GO_ON: &str = "Go on";
/// How loud it is.
pub const LOUDNESS: &str = "Loudness";
/// A quarter further.
pub const ROTATE: &str = "Rotate";
/// Puts the words of a message into the clipboard.
pub const COPY: &str = "Copy the text";
/// Keeps a card of a message as a file that address books read.
pub const SAVE_CARD: &str = "Save as a contact";
/// Back from an original to the message that quotes it.
pub const BACK_TO_ANSWER: &str = "Back to the answer";
/// Puts a message's address into the clipboard.
pub const COPY_LINK: &str = "Copy a link to this";
/// Takes a message out of the thread, after a question.
pub const DELETE_HERE: &str = "Delete here\u{2026}";
/// The question, for a note.
pub const DELETE_NOTE: &str = "Delete this note for the whole team? Nobody can bring it back.";

/// The question, for what a customer wrote or got.
#[must_use]
pub fn delete_message(customer: &str) -> String {
    format!("Delete this message for the whole team? {customer} keeps it on their phone. Nobody can bring it back.")
}

/// Asks whether what did not reach a customer is to go.
#[must_use]
pub fn delete_unsent(customer: &str) -> String {
    format!("Press again to delete it: {customer} did not get it")
}

/// Who put an emoji on a message.
#[must_use]
pub fn reacted(who: &str, emoji: &str) -> String {
    format!("{who}: {emoji}")
}

/// What a press on the reactions of a message does, where one is ours.
pub const PRESS_TO_TAKE_BACK: &str = "Press to take ours back";
/// The same, where none is.
pub const PRESS_TO_REACT: &str = "Press to react, too";

/// Before an emoji somebody put on a message.
#[must_use]
pub fn reaction_of(who: &str) -> String {
    format!("Reaction of {who}")
}

/// They are there.
pub const COPIED: &str = "Copied.";
/// They are not.
pub const NOT_COPIED: &str = "The browser does not let the inbox copy. Select the text and press Ctrl+C.";
/// Meta shows where a link leads.
pub const PREVIEW_LINK: &str = "Show the customer a preview of the link";

/// A size in bytes, as people write it.
#[must_use]
pub fn size_in_words(bytes: i64) -> String {
    match bytes {
        ..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{} kB", (bytes + 500) / 1000),
        _ => format!("{}.{} MB", (bytes + 50_000) / 1_000_000, (bytes + 50_000) / 100_000 % 10),
    }
}

/// What a file is, of how many pages, and how large; as far as it is known.
#[must_use]
pub fn about(mime: &str, pages: Option<i64>, size: Option<i64>) -> String {
    let name = match mime {
        "application/pdf" => "PDF",
        "text/plain" => "Text",
        "text/csv" => "CSV",
        "application/zip" => "ZIP",
        "application/msword" | "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "Word",
        "application/vnd.ms-excel" | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "Excel",
        "application/vnd.ms-powerpoint" | "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "PowerPoint",
        _ if mime.starts_with("image/") => "Picture",
        _ if mime.starts_with("video/") => "Video",
        _ if mime.starts_with("audio/") => "Audio",
        _ => "File",
    };
    let pages = pages.map(|pages| if pages == 1 { "1 page".to_owned() } else { format!("{pages} pages") });
    [Some(name.to_owned()), pages, size.map(size_in_words)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_as_people_say_them() {
        for (bytes, said) in
            [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (48_600, "49 kB"), (1_049_999, "1.0 MB"), (2_950_000, "3.0 MB"), (104_857_600, "104.9 MB")]
        {
            assert_eq!(size_in_words(bytes), said);
        }
    }

    #[test]
    fn a_card_says_what_is_known() {
        assert_eq!(about("application/pdf", Some(12), Some(48_600)), "PDF · 12 pages · 49 kB");
        assert_eq!(about("application/pdf", Some(1), Some(900)), "PDF · 1 page · 900 B");
        assert_eq!(about("application/x-unheard", None, None), "File");
    }
}
