//! The microphone: one recording at a time, which can pause, and becomes a file like any other.

use super::upload::{self, Local};
use js_sys::{Array, Promise};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AnalyserNode, AudioContext, Blob, BlobEvent, File, FilePropertyBag, MediaRecorder, MediaRecorderOptions, MediaStream, MediaStreamConstraints,
    MediaStreamTrack,
};

/// What browsers record and what such a file is called: the first that this one can. WhatsApp takes all but `WebM`, which the server
/// packs anew.
const KINDS: [(&str, &str); 3] = [("audio/ogg;codecs=opus", "ogg"), ("audio/webm;codecs=opus", "webm"), ("audio/mp4", "m4a")];

struct Recording {
    recorder: MediaRecorder,
    stream: MediaStream,
    parts: Rc<RefCell<Vec<Blob>>>,
    kind: (&'static str, &'static str),
    /// It has ended: because it was asked to, or because the microphone is gone.
    stopped: Promise,
    /// How loud it is; not in every browser.
    loudness: Option<(AudioContext, AnalyserNode)>,
    _heard: Closure<dyn FnMut(BlobEvent)>,
}

thread_local! {
    static RUNNING: RefCell<Option<Recording>> = const { RefCell::new(None) };
}

/// Whether this browser can record at all, here.
#[must_use]
pub fn is_there() -> bool {
    js_sys::Reflect::has(&js_sys::global(), &"MediaRecorder".into()).unwrap_or(false)
        && web_sys::window().is_some_and(|window| window.navigator().media_devices().is_ok_and(|devices| !devices.is_undefined()))
}

/// Begins to record; `None`: the agent or the browser does not want to.
pub async fn begin() -> Option<()> {
    let devices = web_sys::window()?.navigator().media_devices().ok()?;
    let wanted = MediaStreamConstraints::new();
    wanted.set_audio(&JsValue::TRUE);
    let stream: MediaStream = JsFuture::from(devices.get_user_media_with_constraints(&wanted).ok()?).await.ok()?.dyn_into().ok()?;
    let started = start(stream.clone());
    if started.is_none() {
        let_go(&stream);
    }
    started
}

fn start(stream: MediaStream) -> Option<()> {
    let kind = KINDS.into_iter().find(|(mime, _)| MediaRecorder::is_type_supported(mime))?;
    let options = MediaRecorderOptions::new();
    options.set_mime_type(kind.0);
    // Speech at this rate is clear, and a note of two minutes stays small enough to be played at once (`meta-api` section 10).
    options.set_audio_bits_per_second(24_000);
    let recorder = MediaRecorder::new_with_media_stream_and_media_recorder_options(&stream, &options).ok()?;
    let parts = Rc::new(RefCell::new(Vec::new()));
    let kept = parts.clone();
    let heard = Closure::<dyn FnMut(BlobEvent)>::new(move |event: BlobEvent| kept.borrow_mut().extend(event.data()));
    recorder.set_ondataavailable(Some(heard.as_ref().unchecked_ref()));
    let stopped = Promise::new(&mut |resolve, _| recorder.set_onstop(Some(&resolve)));
    recorder.start_with_time_slice(1000).ok()?;
    let loudness = listen(&stream);
    RUNNING.set(Some(Recording { recorder, stream, parts, kind, stopped, loudness, _heard: heard }));
    Some(())
}

fn listen(stream: &MediaStream) -> Option<(AudioContext, AnalyserNode)> {
    let context = AudioContext::new().ok()?;
    let analyser = context.create_analyser().ok()?;
    analyser.set_fft_size(HEARD);
    context.create_media_stream_source(stream).ok()?.connect_with_audio_node(&analyser).ok()?;
    Some((context, analyser))
}

/// So much is looked at each time, in samples: a sixth of a second, longer than it takes until somebody looks again.
const HEARD: u32 = 8192;

/// How loud it is now: 0 is silence, 1 as loud as can be recorded.
#[must_use]
pub fn loudness() -> f64 {
    RUNNING.with_borrow(|running| {
        let Some((_, analyser)) = running.as_ref().and_then(|recording| recording.loudness.as_ref()) else { return 0.0 };
        let mut wave = vec![0.0_f32; HEARD as usize];
        analyser.get_float_time_domain_data(&mut wave);
        f64::from(wave.iter().fold(0.0_f32, |most, value| most.max(value.abs()))).min(1.0)
    })
}

/// Hears nothing for a while, or goes on.
pub fn pause(on: bool) {
    RUNNING.with_borrow(|running| {
        if let Some(recording) = running {
            let _ = if on { recording.recorder.pause() } else { recording.recorder.resume() };
        }
    });
}

fn let_go(stream: &MediaStream) {
    for track in stream.get_tracks().iter().filter_map(|track| track.dyn_into::<MediaStreamTrack>().ok()) {
        track.stop();
    }
}

/// Lets go of what a recording holds.
fn end_listening(recording: &Recording) {
    let_go(&recording.stream);
    if let Some((context, _)) = &recording.loudness {
        let _ = context.close();
    }
}

/// Ends the recording and forgets it.
pub fn cancel() {
    if let Some(recording) = RUNNING.take() {
        // Its last words come after it has ended, and nobody is left to hear them.
        recording.recorder.set_ondataavailable(None);
        let _ = recording.recorder.stop();
        end_listening(&recording);
    }
}

/// Ends the recording; the file, held as those that were picked.
pub async fn end() -> Option<Local> {
    let recording = RUNNING.take()?;
    // Refused where the microphone was taken away meanwhile: then it has ended already, and what was heard until then is here.
    let _ = recording.recorder.stop();
    let _: Result<JsValue, JsValue> = JsFuture::from(recording.stopped.clone()).await;
    end_listening(&recording);
    let parts: Array = recording.parts.borrow().iter().collect();
    let bag = FilePropertyBag::new();
    bag.set_type(recording.kind.0.split(';').next().unwrap_or_default());
    let file = File::new_with_blob_sequence_and_options(&parts, &format!("voice-note.{}", recording.kind.1), &bag).ok()?;
    Some(upload::hold_one(file))
}
