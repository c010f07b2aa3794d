package org.velocitydb.engine.table;

import org.agrona.DirectBuffer;
import org.velocitydb.journal.storage.Storage;

/**
 * What comes after a table's data: filter, index, properties, footer, and the forces that make it durable, in slices of
 * bounded work. One thread; owns nothing.
 */
final class TableFinish
{
    private enum State
    {
        /** Entries are still being added. */
        NOT_BEGUN,
        /** The filter is made from the keys' hashes. */
        MAKE_FILTER,
        /** The filter goes to the file. */
        WRITE_FILTER,
        /** The index is made. */
        MAKE_INDEX,
        /** The index goes to the file. */
        WRITE_INDEX,
        /** Properties and footer go to the file. */
        WRITE_FOOTER,
        /** The file is forced. */
        FORCE_FILE,
        /** The name is forced. */
        FORCE_DIRECTORY,
        /** The table is durable. */
        FINISHED
    }

    private final Storage storage;
    private final TableOutput output;
    private final FilterBuilder filter;
    private final IndexBuilder index;
    private final PropertiesBuilder properties;
    private State state = State.NOT_BEGUN;
    private int dataLength;
    private int filterOffset;
    private int filterEnd;
    private int indexOffset;
    private int indexEnd;
    /** Of the section at hand. */
    private int writtenLength;
    private TableInfo info;

    TableFinish(
        final Storage storage,
        final TableOutput output,
        final FilterBuilder filter,
        final IndexBuilder index,
        final PropertiesBuilder properties)
    {
        this.storage = storage;
        this.output = output;
        this.filter = filter;
        this.index = index;
        this.properties = properties;
    }

    void reset()
    {
        state = State.NOT_BEGUN;
    }

    boolean hasBegun()
    {
        return state != State.NOT_BEGUN;
    }

    TableInfo info()
    {
        return info;
    }

    /** @return whether the table is durable. */
    boolean slice()
    {
        if (output.isForceDue())
        {
            output.force();
            return false;
        }
        state = next();
        return state == State.FINISHED;
    }

    private State next()
    {
        switch (state)
        {
            case NOT_BEGUN :
                dataLength = (int) output.position();
                return State.MAKE_FILTER;
            case MAKE_FILTER :
                return filter.makeSlice() ? beginFilter() : State.MAKE_FILTER;
            case WRITE_FILTER :
                return writeSlice(filter.image(), filter.lengthBytes()) ? endFilter() : State.WRITE_FILTER;
            case MAKE_INDEX :
                return beginIndex();
            case WRITE_INDEX :
                return writeSlice(index.image(), index.lengthBytes()) ? endIndex() : State.WRITE_INDEX;
            case WRITE_FOOTER :
                writeProperties();
                return State.FORCE_FILE;
            case FORCE_FILE :
                output.force();
                return State.FORCE_DIRECTORY;
            case FORCE_DIRECTORY :
                storage.forceDirectory(TableNames.DIRECTORY);
                return State.FINISHED;
            default :
                throw new IllegalStateException("table is finished: state=" + state);
        }
    }

    private boolean writeSlice(final DirectBuffer image, final int lengthBytes)
    {
        final int part = Math.min(TableOutput.CHUNK_LENGTH, lengthBytes - writtenLength);
        output.putBytes(image, writtenLength, part);
        writtenLength += part;
        return writtenLength == lengthBytes;
    }

    private State beginFilter()
    {
        output.align(FilterDescriptor.BLOCK_LENGTH);
        filterOffset = (int) output.position();
        output.beginSection();
        writtenLength = 0;
        return State.WRITE_FILTER;
    }

    private State endFilter()
    {
        output.putInt(filter.probes());
        output.endSection();
        filterEnd = (int) output.position();
        return State.MAKE_INDEX;
    }

    private State beginIndex()
    {
        index.make(dataLength, properties.commonLength());
        output.align(IndexDescriptor.ALIGNMENT);
        indexOffset = (int) output.position();
        output.beginSection();
        writtenLength = 0;
        return State.WRITE_INDEX;
    }

    private State endIndex()
    {
        output.endSection();
        indexEnd = (int) output.position();
        return State.WRITE_FOOTER;
    }

    private void writeProperties()
    {
        output.align(FooterDescriptor.SECTION_ALIGNMENT);
        final int propertiesOffset = (int) output.position();
        output.beginSection();
        properties.writeTo(output);
        output.endSection();
        final int propertiesEnd = (int) output.position();
        output.align(FooterDescriptor.SECTION_ALIGNMENT);

        output.beginSection();
        output.putInt(dataLength);
        output.putInt(filterOffset);
        output.putInt(filterEnd - filterOffset);
        output.putInt(indexOffset);
        output.putInt(indexEnd - indexOffset);
        output.putInt(propertiesOffset);
        output.putInt(propertiesEnd - propertiesOffset);
        output.putInt(0);
        output.putLong(properties.tableNumber());
        final long fileLength = output.position() - FooterDescriptor.FILE_LENGTH_OFFSET + FooterDescriptor.LENGTH;
        output.putLong(fileLength);
        output.putInt(FooterDescriptor.VERSION);
        output.endSection();
        output.putLong(FooterDescriptor.MAGIC);
        output.flush();
        info = properties.toInfo(fileLength);
    }
}
