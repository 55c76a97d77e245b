Console.WriteLine("handmade");
