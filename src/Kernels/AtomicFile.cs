using System.Text;

namespace Handmade.Kernels;

/// <summary>
/// Writes a file whole or not at all: into a temporary file beside it, flushed to the disk, then renamed over the target.
/// A reader sees the old bytes or the new ones, also after a kill at any moment; a kill can leave only a <c>*.tmp</c> that no reader opens.
/// </summary>
public static class AtomicFile
{
    private static int serial;

    /// <summary>Writes the file that <paramref name="write"/> fills; a missing folder is made. An older file stays untouched until the last step.</summary>
    /// <exception cref="HandmadeException">The disk is full, the place is read-only or forbidden, or the path names a folder.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = Temporary(path);
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HandmadeException($"{path}: {Reason(path, error)}", error);
        }
        finally
        {
            Forget(temporary);
        }
    }

    /// <summary>Throws now what <see cref="Write"/> would throw after long work that makes the content, as far as the place can tell.</summary>
    /// <exception cref="HandmadeException">The place is read-only or forbidden, or the path is empty or names a folder.</exception>
    public static void CheckPlace(string path)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new HandmadeException("the name of a file to write is empty; name one");
        if (Directory.Exists(path)) throw new HandmadeException($"{path}: this is a folder; name a file in it");
        string temporary = Temporary(path);
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
            new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HandmadeException($"{path}: {Reason(path, error)}", error);
        }
        finally
        {
            Forget(temporary);
        }
    }

    /// <summary>Writes a text file as UTF-8 without a byte-order mark.</summary>
    /// <exception cref="HandmadeException">As <see cref="Write"/>.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    // The name is the writer's own: two writers of one path end with one of the two files, never with a mixture.
    private static string Temporary(string path) => $"{path}.{Environment.ProcessId}-{Interlocked.Increment(ref serial)}.tmp";

    private static string Reason(string path, Exception error) => (error.HResult & 0xFFFF) switch
    {
        28 or 112 => "the disk is full; free some space or choose another folder, the file was not changed", // ENOSPC; Windows: DISK_FULL
        122 => "the disk quota is used up; free some space or choose another folder, the file was not changed", // EDQUOT
        30 or 19 => "the file system is read-only; choose a folder that can be written", // EROFS; Windows: WRITE_PROTECT
        _ when Directory.Exists(path) => "this is a folder; name a file in it",
        _ when error is UnauthorizedAccessException => "no permission to write here; choose a folder of your own",
        _ => $"cannot be written ({error.Message})",
    };

    // Clearing up must not hide the error that is on its way; a temporary file that stays harms nobody.
    private static void Forget(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
