using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Handmade.Kernels;
using Handmade.Testing;

namespace Handmade.Model.Tests;

public sealed class SafetensorsTests : IDisposable
{
    private const string Reader = """
        import json, struct, sys
        raw = open(sys.argv[1], 'rb').read()
        n, = struct.unpack('<Q', raw[:8])
        header, data = json.loads(raw[8:8 + n]), raw[8 + n:]
        codes = dict(F64='d', F32='f', I64='q', I32='i', U8='B', BOOL='?')
        print(header.pop('__metadata__', {}).get('step'))
        for name, t in sorted(header.items()):
            begin, end = t['data_offsets']
            values = struct.unpack('<%d%s' % ((end - begin) // struct.calcsize(codes[t['dtype']]), codes[t['dtype']]), data[begin:end])
            print(name, t['dtype'], t['shape'], list(values))
        """;

    private const string Writer = """
        import json, struct, sys
        data = struct.pack('<3d', 0.1, -2.0, 1e300) + struct.pack('<2q', -1, 2 ** 62) + struct.pack('<2?', True, False)
        header = {'b': dict(dtype='BOOL', shape=[2, 1], data_offsets=[40, 42]), '__metadata__': {'made by': 'Python'},
                  'a': dict(dtype='F64', shape=[3], data_offsets=[0, 24]), 'i': dict(dtype='I64', shape=[2], data_offsets=[24, 40])}
        header = json.dumps(header).encode()
        open(sys.argv[1], 'wb').write(struct.pack('<Q', len(header)) + header + data)
        """;

    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("handmade-").FullName, "x.safetensors");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    private static SafetensorsWriter Sample()
    {
        var writer = new SafetensorsWriter();
        writer.Metadata["step"] = "12";
        writer.Add<bool>("mask", [true, false, true], 3);
        writer.Add<float>("blocks.0.weight", [0.1f, -2, float.NaN, 4, float.MaxValue, 6], 2, 3);
        writer.Add<int>("index", [int.MinValue, 7], 2);
        writer.Add<double>("scalar", [Math.PI]);
        writer.Add<long>("counter", [long.MaxValue], 1, 1);
        writer.Add<byte>("bytes", [0, 255], 2);
        writer.Add<float>("empty", [], 4, 0);
        return writer;
    }

    [Test]
    public void Every_type_comes_back_with_the_same_bits()
    {
        Sample().Write(path);
        SafetensorsFile file = SafetensorsFile.Read(path);
        Assert.That(file.Metadata, Is.EqualTo(new Dictionary<string, string> { ["step"] = "12" }));
        Assert.That(file.Tensors, Has.Count.EqualTo(7));
        Assert.That(file["blocks.0.weight"].Values<float>().ToArray(), Is.EqualTo(new[] { 0.1f, -2, float.NaN, 4, float.MaxValue, 6 }));
        Assert.That(file["blocks.0.weight"].Shape, Is.EqualTo(new long[] { 2, 3 }));
        Assert.That(file["scalar"].Values<double>().ToArray(), Is.EqualTo(new[] { Math.PI }));
        Assert.That(file["scalar"].Shape, Is.Empty);
        Assert.That(file["index"].Values<int>().ToArray(), Is.EqualTo(new[] { int.MinValue, 7 }));
        Assert.That(file["counter"].Values<long>()[0], Is.EqualTo(long.MaxValue));
        Assert.That(file["bytes"].Values<byte>().ToArray(), Is.EqualTo(new byte[] { 0, 255 }));
        Assert.That(file["mask"].Values<bool>().ToArray(), Is.EqualTo(new[] { true, false, true }));
        Assert.That(file["empty"].Bytes.Length, Is.Zero);
        Assert.That((file.Contains("mask"), file.Contains("Mask")), Is.EqualTo((true, false)));
    }

    [Test]
    public void The_same_tensors_make_the_same_bytes_and_data_are_aligned()
    {
        Sample().Write(path);
        byte[] first = File.ReadAllBytes(path);
        Sample().Write(path);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(first));
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(first) % 8, Is.Zero);
    }

    [Test]
    public void An_empty_file_is_a_file()
    {
        new SafetensorsWriter().Write(path);
        Assert.That(SafetensorsFile.Read(path).Tensors, Is.Empty);
    }

    [Test]
    public void Names_in_any_script_survive()
    {
        var writer = new SafetensorsWriter();
        writer.Add<float>("Gewicht \"größer\" \\ \n 重み", [1], 1);
        writer.Write(path);
        Assert.That(SafetensorsFile.Read(path).Tensors[0].Name, Is.EqualTo("Gewicht \"größer\" \\ \n 重み"));
    }

    [Test]
    public void Asking_for_another_type_or_name_gets_one_sentence()
    {
        Sample().Write(path);
        SafetensorsFile file = SafetensorsFile.Read(path);
        Assert.That(() => file["scalar"].Values<float>().Length,
            Throws.TypeOf<HandmadeException>().With.Message.EqualTo("Tensor scalar holds F64, and F32 was wanted."));
        Assert.That(() => file["weight"], Throws.TypeOf<HandmadeException>().With.Message.Contains("has no tensor weight; it has "));
    }

    [Test]
    public void A_writer_refuses_wrong_shapes_and_names_twice()
    {
        var writer = new SafetensorsWriter();
        writer.Add<float>("a", [1], 1);
        Assert.That(() => writer.Add<float>("a", [1], 1), Throws.ArgumentException);
        Assert.That(() => writer.Add<float>("__metadata__", [1], 1), Throws.ArgumentException);
        Assert.That(() => writer.Add<float>("b", [1, 2], 3), Throws.ArgumentException);
        Assert.That(() => writer.Add<char>("c", ['x'], 1), Throws.ArgumentException);
    }

    [Test]
    public void Python_reads_what_we_write()
    {
        Sample().Write(path);
        string[] lines = Python(Reader, path).Split('\n');
        string[] expected =
        [
            "12", "blocks.0.weight F32 [2, 3] [0.10000000149011612, -2.0, nan, 4.0, 3.4028234663852886e+38, 6.0]", "bytes U8 [2] [0, 255]",
            "counter I64 [1, 1] [9223372036854775807]", "empty F32 [4, 0] []", "index I32 [2] [-2147483648, 7]",
            "mask BOOL [3] [True, False, True]", "scalar F64 [] [3.141592653589793]", "",
        ];
        Assert.That(lines, Is.EqualTo(expected));
    }

    [Test]
    public void We_read_what_Python_writes()
    {
        Python(Writer, path);
        SafetensorsFile file = SafetensorsFile.Read(path);
        Assert.That(file.Metadata["made by"], Is.EqualTo("Python"));
        Assert.That(file.Tensors.Select(t => t.Name), Is.EqualTo(new[] { "b", "a", "i" }));
        Assert.That(file["a"].Values<double>().ToArray(), Is.EqualTo(new[] { 0.1, -2.0, 1e300 }));
        Assert.That(file["i"].Values<long>().ToArray(), Is.EqualTo(new[] { -1, 1L << 62 }));
        Assert.That(file["b"].Values<bool>().ToArray(), Is.EqualTo(new[] { true, false }));
    }

    private static string Python(string program, string argument)
    {
        using Process python = Process.Start(new ProcessStartInfo(Needs.Program("python3", "python3-minimal"), ["-c", program, argument]) { RedirectStandardOutput = true })!;
        string output = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        Assert.That(python.ExitCode, Is.Zero);
        return output;
    }

    [TestCase("{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}", 7, "it is cut off: tensor a ends at byte 8 of the data and 7 are there")]
    [TestCase("{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}", 9, "the last 1 bytes belong to no tensor")]
    [TestCase("{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}", 8, "tensor a is F32 of shape [3], which does not fill its 8 bytes")]
    [TestCase("{'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,8]}}", 8, "does not fill its 8 bytes")]
    [TestCase("{'a':{'dtype':'F32','shape':[9223372036854775807,0,9223372036854775807],'data_offsets':[0,8]}}", 8, "does not fill its 8 bytes")]
    [TestCase("{'a':{'dtype':'BF16','shape':[4],'data_offsets':[0,8]}}", 8, "tensor a has the dtype BF16, and this version reads F64, F32, I64, I32, U8, BOOL")]
    [TestCase("{'a':{'dtype':'3','shape':[4],'data_offsets':[0,8]}}", 8, "tensor a has the dtype 3,")]
    [TestCase("{'a':{'dtype':7,'shape':[4],'data_offsets':[0,8]}}", 8, "tensor a has the dtype 7,")]
    [TestCase("{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}", 8, "tensor a has a shape with -2, which is no size")]
    [TestCase("{'a':{'dtype':'F32','shape':[2.5],'data_offsets':[0,8]}}", 8, "tensor a has a shape with 2.5, which is no size")]
    [TestCase("{'a':{'dtype':'F32','shape':2,'data_offsets':[0,8]}}", 8, "tensor a has a shape that is no array")]
    [TestCase("{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}", 8, "tensor a has data_offsets that are no begin and end")]
    [TestCase("{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8,9]}}", 8, "tensor a has data_offsets that are no begin and end")]
    [TestCase("{'a':{'dtype':'F32','data_offsets':[0,8]}}", 8, "tensor a lacks shape")]
    [TestCase("{'a':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}}", 8, "tensor a has two fields dtype")]
    [TestCase("{'a':[]}", 0, "tensor a is described by no JSON object")]
    [TestCase("{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'b':{'dtype':'U8','shape':[4],'data_offsets':[2,6]}}", 6, "tensors a and b overlap at byte 2 of the data")]
    [TestCase("{'b':{'dtype':'U8','shape':[4],'data_offsets':[5,9]},'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}", 9, "the bytes 4 to 5 of the data, before tensor b, belong to no tensor")]
    [TestCase("{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'a':{'dtype':'U8','shape':[1],'data_offsets':[1,2]}}", 2, "its header names a twice")]
    [TestCase("{'__metadata__':{'k':1}}", 0, "__metadata__ has k, which is no text")]
    [TestCase("{'__metadata__':{'k':'1','k':'2'}}", 0, "__metadata__ names k twice")]
    [TestCase("{'__metadata__':'k'}", 0, "__metadata__ is no JSON object")]
    [TestCase("{'\\ud800':{'dtype':'U8','shape':[0],'data_offsets':[0,0]}}", 0, "its header is no valid JSON")]
    [TestCase("[]", 0, "its header is no JSON object")]
    [TestCase("", 0, "its header is no valid JSON (line 1, byte 1)")]
    [TestCase("{'a':", 0, "its header is no valid JSON (line 1, byte 6)")]
    [TestCase("{'a':{'dtype':'BOOL','shape':[4],'data_offsets':[0,4]}}", 4, "tensor a is BOOL and holds 2 at element 2")]
    public void Each_defect_gets_its_sentence(string header, int dataLength, string sentence)
    {
        Write(header.Replace('\'', '"'), [.. Enumerable.Range(0, dataLength).Select(i => (byte)i)]);
        Assert.That(Refusal(), Does.StartWith($"{path} is no valid safetensors file: ").And.Contain(sentence).And.EndWith("."));
    }

    [TestCase(0ul, 3, "it has 3 bytes, and the length of the header alone takes 8")]
    [TestCase(100ul, 10, "it is cut off: its header claims 100 bytes and 2 are there")]
    [TestCase(ulong.MaxValue, 10, "its header claims 18446744073709551615 bytes, and the format allows 100000000")]
    public void Wrong_lengths_get_their_sentence(ulong claimed, int length, string sentence)
    {
        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, claimed);
        File.WriteAllBytes(path, bytes[..length]);
        Assert.That(Refusal(), Does.Contain(sentence));
    }

    [Test]
    public void A_missing_file_and_a_folder_get_their_sentence()
    {
        Assert.That(Refusal(), Is.EqualTo($"{path} does not exist."));
        Directory.CreateDirectory(path);
        Assert.That(Refusal(), Does.StartWith($"{path} can't be read"));
    }

    [Test]
    public void A_file_cut_anywhere_is_refused()
    {
        Sample().Write(path);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Refusal();
        }
    }

    [Test]
    public void Damaged_bytes_never_lead_to_anything_but_a_sentence()
    {
        Sample().Write(path);
        byte[] whole = File.ReadAllBytes(path);
        int header = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(whole), refused = 0;
        const int Rounds = 3000;
        for (int seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            byte[] damaged = [.. whole];
            for (int hits = random.Next(1, 6); hits > 0; hits--)
            {
                // Half of the hits swap one header byte for another of its kind, which reaches past the JSON parser.
                int at = random.Next(random.Next(20) == 0 ? 0 : 8, header);
                damaged[at] = random.Next(2) == 0 ? (byte)random.Next(256) : damaged[random.Next(8, header)];
            }
            File.WriteAllBytes(path, damaged);
            try
            {
                SafetensorsFile.Read(path);
            }
            catch (HandmadeException)
            {
                refused++;
            }
        }
        Assert.That(refused, Is.InRange(Rounds / 2, Rounds - 1), "most damage is seen; a changed name is a name");
    }

    private string Refusal()
    {
        var error = Assert.Throws<HandmadeException>(() => SafetensorsFile.Read(path));
        Assert.That(error!.Message, Does.Not.Contain("\n"));
        return error.Message;
    }

    private void Write(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        File.WriteAllBytes(path, [.. length, .. json, .. data]);
    }
}
