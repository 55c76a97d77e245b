using System.Text;

namespace Handmade.Kernels.Tests;

public class AtomicFileTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("atomic").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Writes_the_bytes_and_makes_missing_folders()
    {
        var path = Path.Combine(folder, "a", "b", "file.bin");
        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Has.Length.EqualTo(1), "no temporary file stays");
    }

    [Test]
    public void Text_is_utf8_without_a_mark_and_replaces_the_older_file()
    {
        var path = Path.Combine(folder, "file.txt");
        AtomicFile.WriteText(path, "a longer first text");
        AtomicFile.WriteText(path, "λ̂");
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(Encoding.UTF8.GetBytes("λ̂")));
    }

    [Test]
    public void A_writer_that_fails_half_way_leaves_the_older_file()
    {
        var path = Path.Combine(folder, "file.txt");
        AtomicFile.WriteText(path, "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            throw new InvalidOperationException("stopped");
        }));
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_full_disk_is_one_sentence()
    {
        if (!File.Exists("/dev/full")) Assert.Ignore("needs /dev/full, the device that is always full (Linux)");
        var path = Path.Combine(folder, "file.txt");
        AtomicFile.WriteText(path, "old");
        var error = Assert.Throws<HandmadeException>(() => AtomicFile.Write(path, _ =>
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            full.Write(new byte[4096]);
        }));
        Assert.That(error!.Message, Does.StartWith(path).And.Contain("disk is full"));
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
    }

    [Test]
    public void A_folder_in_the_place_of_the_file_is_one_sentence()
    {
        var error = Assert.Throws<HandmadeException>(() => AtomicFile.WriteText(folder, "text"));
        Assert.That(error!.Message, Does.Contain("this is a folder"));
    }

    [Test]
    public void A_file_in_the_place_of_a_folder_is_one_sentence()
    {
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<HandmadeException>(() => AtomicFile.WriteText(Path.Combine(file, "below.txt"), "text"));
        Assert.That(error!.Message, Does.Contain("cannot be written"));
    }

    [Test]
    public void Writers_of_one_path_never_mix()
    {
        var path = Path.Combine(folder, "file.txt");
        Parallel.For(0, 16, i => AtomicFile.WriteText(path, new string((char)('a' + i), 1 << 16)));
        Assert.That(File.ReadAllText(path).Distinct().Count(), Is.EqualTo(1));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1));
    }
}
