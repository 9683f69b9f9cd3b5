package dev.braid.persistence;

import java.io.IOException;
import org.agrona.CloseHelper;

/**
 * How far a writer has acknowledged: for itself, and in the mark for others. Nothing is that was written after another writer
 * took over.
 * <p>
 * <b>Threads:</b> one at a time moves it on; any may ask where it is.
 */
final class Acknowledgement implements AutoCloseable {
    private final WriterFence fence;
    private final JournalMark mark;
    private final MovingPlace place = new MovingPlace();

    /** @param last the last segment that others wrote, {@code null} if there is none. */
    Acknowledgement(FrameLogSettings settings, WriterFence fence, Manifest manifest) {
        this.fence = fence;
        SealedSegment last = manifest.last();
        if (last != null) {
            place.moveTo(
                    last.number(),
                    (int) last.size().frames(),
                    last.size().fileLength(),
                    FrameChain.first(last.atEnd().chain()));
        }
        this.mark = new JournalMark(
                settings.dir(), manifest, settings.durability(), place.position(), settings.disk(), fence::look);
    }

    /**
     * Acknowledges all up to a place.
     *
     * @throws JournalLockedException if another writer has taken over: then it is not.
     */
    void moveTo(MovingPlace written) {
        fence.check();
        place.moveTo(written);
        mark.acknowledge(place.position());
    }

    /** Forces the mark, so that it survives a loss of power. */
    void force() throws IOException {
        mark.force();
    }

    /** Returns the id of the input journal, {@link Manifest#NO_JOURNAL} for none. */
    void inputIs(int journal) throws IOException {
        mark.inputIs(journal);
    }

    /** See {@link JournalMark#peerIs}. */
    void peerIs(PeerPlace peer) throws IOException {
        mark.peerIs(peer);
    }

    /** As {@link FramePlace#position()}. */
    long position() {
        return place.position();
    }

    FramePlace place() {
        return place.place();
    }

    @Override
    public void close() {
        CloseHelper.close(mark);
    }
}
