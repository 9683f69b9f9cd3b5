package dev.braid.engine;

import com.lmax.disruptor.EventTranslator;
import com.lmax.disruptor.EventTranslatorOneArg;
import com.lmax.disruptor.EventTranslatorTwoArg;
import java.lang.invoke.VarHandle;

/**
 * The claimed records of one ingress: fills them by translators, and publishes them whether or not the translator threw. For
 * publishers.
 */
final class IngressRecords<E> {
    private final IngestRing<E> ring;
    private final EngineLifecycle lifecycle;
    private final int group;

    /** @param group {@code null} for the shared ingress. */
    IngressRecords(EngineAssembly<E> parts, GroupState<E> group) {
        this.ring = parts.ring;
        this.lifecycle = parts.context.lifecycle();
        this.group = group == null ? RingWaits.SHARED : group.index;
    }

    E get(long sequence) {
        return ring.record(sequence);
    }

    void publish(long low, long high) {
        ring.publish(group, low, high);
        // See EngineLifecycle. With several producers the claim has already fenced, which makes this one no dearer.
        VarHandle.fullFence();
        ring.wakeReader();
        lifecycle.checkAccepted(high);
    }

    long fill(EventTranslator<? super E> translator, long last, int count) {
        long first = last - count + 1;
        long sequence = first;
        try {
            for (; sequence <= last; sequence++) {
                translator.translateTo(get(sequence), sequence);
            }
        } catch (Throwable t) {
            fail(sequence, last, t);
            throw t;
        } finally {
            publish(first, last);
        }
        return last;
    }

    <A> long fill(EventTranslatorOneArg<? super E, ? super A> translator, long sequence, A arg) {
        try {
            translator.translateTo(get(sequence), sequence, arg);
        } catch (Throwable t) {
            fail(sequence, sequence, t);
            throw t;
        } finally {
            publish(sequence, sequence);
        }
        return sequence;
    }

    <A, B> long fill(EventTranslatorTwoArg<? super E, ? super A, ? super B> translator, long sequence, A arg0, B arg1) {
        try {
            translator.translateTo(get(sequence), sequence, arg0, arg1);
        } catch (Throwable t) {
            fail(sequence, sequence, t);
            throw t;
        } finally {
            publish(sequence, sequence);
        }
        return sequence;
    }

    <A> long fillAll(EventTranslatorOneArg<? super E, ? super A> translator, long last, A[] args) {
        long first = last - args.length + 1;
        long sequence = first;
        try {
            for (; sequence <= last; sequence++) {
                translator.translateTo(get(sequence), sequence, args[(int) (sequence - first)]);
            }
        } catch (Throwable t) {
            fail(sequence, last, t);
            throw t;
        } finally {
            publish(first, last);
        }
        return last;
    }

    private void fail(long low, long high, Throwable thrown) {
        UnfilledRecordException cause = new UnfilledRecordException(thrown);
        for (long sequence = low; sequence <= high; sequence++) {
            ring.fail(sequence, cause);
        }
    }
}
