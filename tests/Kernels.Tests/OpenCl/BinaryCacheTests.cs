using Handmade.Kernels.Accelerators;

namespace Handmade.Kernels.Tests.OpenCl;

public sealed class BinaryCacheTests
{
    private readonly BinaryCache cache = new(Path.Combine(Path.GetTempPath(), $"handmade-cache-{Guid.NewGuid():N}"));

    [TearDown]
    public void RemoveFolder()
    {
        if (Directory.Exists(cache.Folder)) Directory.Delete(cache.Folder, recursive: true);
    }

    [Test]
    public void What_is_stored_is_found_and_the_last_one_wins()
    {
        Assert.That(cache.Find("a"), Is.Null);
        cache.Store("a", [1, 2, 3]);
        cache.Store("b", [4]);
        Assert.That(cache.Find("a"), Is.EqualTo(new byte[] { 1, 2, 3 }));
        cache.Store("a", [5]);
        Assert.That(cache.Find("a"), Is.EqualTo(new byte[] { 5 }));
        Assert.That(Directory.GetFiles(cache.Folder), Has.Length.EqualTo(2), "no temporary files are left");
    }

    [Test]
    public void A_damaged_file_counts_as_absent()
    {
        cache.Store("a", [.. Enumerable.Range(0, 100).Select(i => (byte)i)]);
        string file = Directory.GetFiles(cache.Folder).Single();
        byte[] bytes = File.ReadAllBytes(file);
        foreach (byte[] damaged in (byte[][])[[], bytes[..20], bytes[..^1], [.. bytes[..^1], 77], [.. bytes, 0], [0, .. bytes[1..]]])
        {
            File.WriteAllBytes(file, damaged);
            Assert.That(cache.Find("a"), Is.Null, $"{damaged.Length} bytes");
        }
        File.WriteAllBytes(file, bytes);
        Assert.That(cache.Find("a"), Is.Not.Null);
    }

    [Test]
    public void Every_part_of_a_key_counts_and_so_does_where_it_ends()
    {
        string[] keys = [BinaryCache.Key("ab", "c"), BinaryCache.Key("a", "bc"), BinaryCache.Key("abc"), BinaryCache.Key("ab", "d"), BinaryCache.Key("ab", "c", "")];
        Assert.That(keys, Is.Unique);
        Assert.That(keys[0], Is.EqualTo(BinaryCache.Key("ab", "c")).And.Length.EqualTo(64));
    }

    [Test]
    public void A_cache_that_cannot_be_written_is_no_error()
    {
        // A file stands where the folder should be.
        File.WriteAllText(cache.Folder, "");
        try
        {
            cache.Store("a", [1]);
            Assert.That(cache.Find("a"), Is.Null);
        }
        finally
        {
            File.Delete(cache.Folder);
        }
    }

    [Test]
    public void Writers_and_readers_at_once_see_whole_programs()
    {
        Parallel.For(0, 16, t =>
        {
            for (int i = 0; i < 20; i++)
            {
                cache.Store("shared", [.. Enumerable.Repeat((byte)t, 5000)]);
                byte[] seen = cache.Find("shared")!;
                Assert.That(seen.Distinct().Count(), Is.EqualTo(1));
            }
        });
    }
}
