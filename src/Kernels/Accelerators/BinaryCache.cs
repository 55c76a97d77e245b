using System.Security.Cryptography;
using System.Text;

namespace Handmade.Kernels.Accelerators;

/// <summary>
/// Compiled programs on the disk, a file each, named by the hash of all that they follow from. Several processes may use it at once: a file appears whole
/// or not at all. What can't be read or is damaged counts as absent, and a cache that can't be written costs time, never the run.
/// </summary>
internal sealed class BinaryCache(string folder)
{
    private const int DigestBytes = 32;
    private static readonly byte[] mark = "HANDMADE KERNEL 1\n"u8.ToArray();

    /// <summary>The user's own: <c>$HANDMADE_CACHE</c>, or the system's place for caches.</summary>
    public static BinaryCache OfUser { get; } = new(Path.Combine(UserFolder(), "kernels"));

    /// <summary>Where the files lie.</summary>
    public string Folder => folder;

    /// <summary>The key of a program: the hash of everything that goes into it, in order.</summary>
    public static string Key(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in parts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The stored program, or null.</summary>
    public byte[]? Find(string key)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(PathOf(key));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        int start = mark.Length + DigestBytes;
        if (file.Length <= start || !file.AsSpan().StartsWith(mark)) return null;
        byte[] program = file[start..];
        return SHA256.HashData(program).AsSpan().SequenceEqual(file.AsSpan(mark.Length, DigestBytes)) ? program : null;
    }

    /// <summary>Stores a program; an older one of the same key is replaced.</summary>
    public void Store(string key, byte[] program)
    {
        try
        {
            AtomicFile.Write(PathOf(key), stream =>
            {
                stream.Write(mark);
                stream.Write(SHA256.HashData(program));
                stream.Write(program);
            });
        }
        catch (HandmadeException)
        {
            // A full disk or a home that is read-only: the program is compiled again next time.
        }
    }

    private string PathOf(string key) => Path.Combine(folder, key + ".bin");

    private static string UserFolder()
    {
        if (Environment.GetEnvironmentVariable("HANDMADE_CACHE") is { Length: > 0 } chosen) return chosen;
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } caches) return Path.Combine(caches, "handmade");
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsWindows()) return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Handmade", "Cache");
        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches", "handmade") : Path.Combine(home, ".cache", "handmade");
    }
}
